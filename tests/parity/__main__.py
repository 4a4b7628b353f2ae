"""``python -m tests.parity``: write the tables into the README."""

from tests.parity.readme import README, with_tables

if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
