"""Publishing: when a date is complete enough, the marts are built beside the old ones, tested and swapped in
whole.
"""
