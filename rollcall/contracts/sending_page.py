"""The part of docs/feeds.md that tells a sender where a file goes, what it is called and what its manifest says."""

from rollcall.contracts.manifest import FIELDS, PARTIAL, SETTLE_SECONDS, SUFFIX

# What a name may look like; a test reads them as the inbox does.
NAMES = ("roll_20190902.csv", "学籍_2019-09-02.xlsx", "学籍_20190902_v2.xlsx", "学籍2019年09月02日第2版.xls")


def sending_page() -> str:
    """The section "How to send", Chinese first."""
    names = "、".join(f"`{name}`" for name in NAMES)
    partial = "、".join(f"`{ending}`" for ending in PARTIAL)
    told = ",\n  ".join(f'"{field.name}": {field.example}' for field in FIELDS)
    rows = "\n".join(
        f"| `{field.name}` | {'是 · yes' if field.is_required else '—'} | {field.zh} | {field.en} |" for field in FIELDS
    )
    return f"""<a id="sending"></a>

## 怎样报送 · How to send

**文件夹 · folder** `inbox/<报送方>/<数据>/`，例如 `inbox/500101/roll/`。文件夹的名称就是报送方和数据：
教育单位用六位代码，公安用 `police-<区县代码>`，其余为 `municipality`、`platform`、`welfare`。
The folder is the sender and the feed: a unit by its six-digit code, the police as `police-<district>`, else
`municipality`, `platform` or `welfare`.

**文件名 · file name** 须含业务日期；没有清单时，版次也从文件名读取（`_v2`、`第2版`；不写为 1）。例如 {names}。
The name holds the business date and, where no manifest comes, the revision (`_v2`, `第2版`; 1 if there is none).

**更正 · correction** 同一业务日期再报送一次，版次加一；版次最高的有效，版次相同时后收到的有效。
Send the same business date again with one revision more; the highest is in force, among equals the last received.

**新学年的学籍 · the roll of a new year** 业务日期不得早于新学年第一天（9 月 1 日；校历 8 月开课的，为开课日）。
早于该日的（如 8 月 30 日）算作上学年学籍，此后原样重报也不会变成新学年的，全单位学生都列为“未确认”。
已经报早了的：以原日期、版次加一补报上学年的学籍，再以新学年的日期报送新学年的学籍。
Its business date is the first day of the school year or later: 1 September, or the first day of school where that is
in August. One dated earlier is last year's roll, also when it is repeated unchanged later, and the whole unit stays
unconfirmed. Sent too early: send last year's roll under that date with one revision more, then the new one.

**清单 · manifest** 可附可不附，建议附上：UTF-8 编码的 JSON，与文件放在同一文件夹，
名称为文件全名加 `{SUFFIX}`，例如 `{NAMES[0]}{SUFFIX}`。最好先放清单，再放文件。
附了清单的，业务日期和版次以清单为准，不再看文件名。
It may be left out, and is better sent: JSON in UTF-8 beside the file, named by the file's whole name and `{SUFFIX}`,
best laid down first. With it the business date and the revision are the manifest's, not the name's.

```json
{{
  {told}
}}
```

| 字段 · field | 必填 · required | 含义 | meaning |
|---|---|---|---|
{rows}

其他字段不读取。清单无法识别的，文件退回（`manifest_unreadable`）。
Other fields are not read. A manifest that cannot be understood refuses its file (`manifest_unreadable`).

**还没传完的文件 · half-arrived files** 清单写有 `sha256` 的，字节与之相符才接收；写有 `n_bytes` 的，大小相符才接收；
没有 `sha256`（或没有清单）的，文件 {SETTLE_SECONDS} 秒没有改动才接收。不符的留在文件夹里等待。
名称以 `.` 开头或以 {partial} 结尾的不读取：
可先用这样的名称上传，传完再改名。
With `sha256` a file is taken when its bytes agree, with `n_bytes` when its size does; without `sha256`, or without a
manifest, when nothing was written to it for {SETTLE_SECONDS} seconds. Others stay and wait. Names that begin with `.`
or have one of these endings are not read: upload under such a name and rename.

**迟到的清单 · a manifest that comes late** 文件被接收之后才到的清单不再读取：按 `sha256` 认出的予以移除，
并在收件台账中注明 `manifest_late`，行数未核对；没有 `sha256` 的留给下一个同名文件。
A manifest that comes after its file was taken is not read. One whose `sha256` tells the file is removed, and the
ledger says `manifest_late`: its row count was not checked. One without waits for the next file of that name.
"""
