"""One call: uplink, downlink, driver, feed and statistics in one task group."""
