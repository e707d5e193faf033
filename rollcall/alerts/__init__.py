"""Alerts: opened, kept and closed by the data; told once to whoever can mend them."""
