"""`rollcall identity`: the matching model, and whether what is published is what its rows give."""

import json
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="身份匹配：训练模型、全量核对。Matching: train the model, check the whole."
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object for scripts.")]


@app.command()
def train(version: Annotated[str, typer.Argument(help="Name of the new version, e.g. id-3.")], as_json: AsJson = False):
    """训练下一版模型并显示会改变什么；不自动启用。Train the next version on what is published; adopt nothing.

    Weights are learnt without labels; thresholds and guards stay as they are. The file is written beside the other
    versions; naming it in rollcall/identity/model (or in ROLLCALL_MODEL) adopts it at the next publish.
    """
    from rollcall.identity.train import train_next
    from rollcall.warehouse.connect import connect

    with connect("pipeline", autocommit=True) as conn:
        try:
            path, moved = train_next(conn, version)
        except FileExistsError:
            raise typer.BadParameter(f"{version} 已存在，请另取名称 · there is one already: name another") from None
    if as_json:
        typer.echo(json.dumps({"path": str(path), "moved": moved}, ensure_ascii=False))
        return
    typer.echo(f"已写入 {path.name} · written")
    for change, n in moved.items():
        typer.echo(f"  {change}: {n}")
    if not moved:
        typer.echo("  没有任何判定会改变 · no decision would change")


@app.command()
def reconcile(as_json: AsJson = False):
    """全量重算并与已发布结果比对。Match the whole anew and compare it with what is published; exit 1 if they differ."""
    from rollcall.identity.reconcile import reconcile as compare
    from rollcall.warehouse.connect import connect

    with connect("pipeline", autocommit=True) as conn:
        found = compare(conn)
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {n}" for name, n in found.items()))
    raise typer.Exit(1 if any(n for name, n in found.items() if name != "pairs") else 0)
