"""Rollcall (点名): finds every child who ought to be at school and is not, from files that never met before."""

__version__ = "0.1.0"
