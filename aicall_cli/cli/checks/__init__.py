"""What ``aicall doctor`` looks at, one part of the machine a file."""
