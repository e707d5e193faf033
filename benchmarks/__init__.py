"""What is measured, beside what it is measured against. Run by `make bars`."""
