"""`rollcall contracts`: look at the feeds' contracts, and write what derives from them."""

import json

import typer

app = typer.Typer(no_args_is_help=True, help="The feeds' contracts and what derives from them.")


@app.command()
def build(
    check: bool = typer.Option(False, "--check", help="Write nothing; fail if a file is out of date."),
) -> None:
    """Write what derives from the contracts: suites, dbt sources, seeds of codes and feeds, docs/feeds.md.

    Run it after changing a contract, a code list or a rule. Hand-written (domain) rules in a suite are kept.
    """
    from rollcall.contracts import build as builder
    from rollcall.contracts.load import ContractError
    from rollcall.contracts.suite import SuiteError

    try:
        files = builder.stale_files() if check else builder.build()
    except (ContractError, SuiteError) as error:
        typer.echo(f"合同有误 · {error}", err=True)
        raise typer.Exit(2) from None
    for path in files:
        typer.echo(f"{'过期 · out of date' if check else '已写入 · written'}: {path.parent.name}/{path.name}")
    if check and files:
        typer.echo("请运行 rollcall contracts build · run `rollcall contracts build`", err=True)
        raise typer.Exit(1)
    if not files:
        typer.echo("全部是最新的 · everything is up to date")


@app.command("list")
def list_feeds(
    as_json: bool = typer.Option(False, "--json", help="One JSON object, for scripts."),
) -> None:
    """List the feeds: who sends each, how often, its key and how many columns."""
    from rollcall.contracts.load import contracts

    feeds = contracts().values()
    if as_json:
        listed = {
            feed.name: {
                "zh": feed.zh,
                "family": feed.family,
                "senders": feed.senders,
                "cadence": feed.cadence,
                "history": feed.history,
                "key": list(feed.key),
                "columns": [column.name for column in feed.columns],
            }
            for feed in feeds
        }
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("数据", "feed", "sender", "cadence", "history", "key", "columns")
    for feed in feeds:
        table.add_row(
            feed.zh,
            feed.name,
            feed.senders,
            feed.cadence,
            feed.history,
            ", ".join(feed.key),
            str(len(feed.columns)),
        )
    Console().print(table)
