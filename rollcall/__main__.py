"""`python -m rollcall` is the `rollcall` command."""

from rollcall.cli.main import app

if __name__ == "__main__":
    app(prog_name="rollcall")
