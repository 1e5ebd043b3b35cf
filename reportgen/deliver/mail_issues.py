"""What drafting a mail has to say: why not, and who was passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportgen.deliver.recipients import Recipient
from reportgen.editions.publish import Edition
from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text
from reportgen.workbook.tables import Workbook

_NOTHING_WRITTEN = Text("未写入任何文件。", "Nothing was written.")
_NO_HINT = Text("", "")


def error(code: str, text: Text) -> Issue:
    """Why nothing was drafted."""
    return Issue(code, Severity.ERROR, text, _NOTHING_WRITTEN)


def outside(reader: Recipient, domains: frozenset[str]) -> Issue:
    """An internal edition was to go to an address that is not the house's."""
    to, ours = reader.mailbox.address, ", ".join(sorted(domains))
    if domains:
        message = Text(
            f"内部版不能寄给外部地址 {to}；本机构域名为 {ours}。请改寄客户版，或更正地址。",
            f"The internal edition cannot go to {to}, which is outside {ours}. "
            "Send the client edition, or mend the address.",
        )
    else:
        message = Text(
            f"内部版不能寄给 {to}：尚未说明哪些域名属于本机构。"
            '请在 reportgen.toml 中写 own_domains = "本机构域名"。',
            f"The internal edition cannot go to {to}: nobody has said which domains are the "
            'house\'s own. Write own_domains = "your-house.com" in reportgen.toml.',
        )
    return reader.issue("internal-to-outside", Severity.ERROR, message, _NOTHING_WRITTEN)


def nobody(book: Workbook) -> Issue:
    """The Recipients sheet has no row that can be used."""
    name = book["Recipients"].name
    message = Text(
        f"{book.file} 的 {name} 表中没有收件人。请填写姓名与邮箱，或用 --to 指定。",
        f"Sheet {name} of {book.file} names nobody. Fill in name and address, or use --to.",
    )
    return Issue("no-recipients", Severity.ERROR, message, _NO_HINT, book.file, name)


_EDITIONS: dict[Edition, str] = {"client": "客户版", "internal": "内部版"}
_LANGUAGES: dict[Lang, str] = {"zh": "中文", "en": "英文"}


def not_built(reader: Recipient) -> Issue:
    """The reader's edition and language is not there."""
    return reader.issue(
        "note-not-built",
        Severity.WARNING,
        Text(
            f"{reader.mailbox.address} 应收到{_EDITIONS[reader.edition]}"
            f"（{_LANGUAGES[reader.lang]}），但尚未生成，未起草。"
            f"请运行 reportgen build --edition {reader.edition} --lang {reader.lang}。",
            f"{reader.mailbox.address} is to get the {reader.edition} edition in {reader.lang}, "
            "which was not built; no draft was made. "
            f"Run reportgen build --edition {reader.edition} --lang {reader.lang}.",
        ),
        _NO_HINT,
    )


def drafted_already(reader: Recipient, before: Mapping[str, object]) -> Issue:
    """The reader has a draft of these very bytes."""
    return reader.issue(
        "drafted-already",
        Severity.WARNING,
        Text(
            f"{reader.mailbox.address} 已于 {before.get('at')} 起草过同一份纪要，未重复起草。"
            "如需再写一封，请加 --again。",
            f"{reader.mailbox.address} had this very note drafted at {before.get('at')}; no second "
            "draft was made. Add --again for one.",
        ),
        _NO_HINT,
    )


def unapproved(note: str) -> Issue:
    """A note for clients that nobody approved."""
    message = Text(
        f"{note} 是客户版，但没有批准记录。寄出前请由负责人审阅，"
        "并用 reportgen build --approve 姓名 记录批准。",
        f"{note} is for clients and nobody has approved it. Have it read before you send it, and "
        "record who did with reportgen build --approve NAME.",
    )
    return Issue("note-unapproved", Severity.WARNING, message, _NO_HINT)


def is_sample(note: str) -> Issue:
    """A note that says of itself that it is a sample."""
    message = Text(
        f"{note} 自称样例，其数据不是真实证据，请勿当作正式报告寄出。"
        "若是正式报告，请在“报告设置”表中清空“样例”后重新生成。",
        f"{note} calls itself a sample: its data is no evidence, so do not send it as a real note. "
        "For a real one clear Sample on the Note sheet and build again.",
    )
    return Issue("note-sample", Severity.WARNING, message, _NO_HINT)


def superseded(newer: str) -> Issue:
    """A later revision of the same day exists."""
    message = Text(
        f"同日已有更新的版本 {newer}，请确认寄出的是哪一版。",
        f"A newer revision of that day is there, {newer}. Make sure that you mean this one.",
    )
    return Issue("newer-revision", Severity.WARNING, message, _NO_HINT)


def overtaken() -> Issue:
    """The note's folder was written into meanwhile."""
    message = Text(
        "起草期间纪要的文件夹被另一次运行改动。请重新运行。",
        "Another run wrote into the note's folder while this one was drafting. Run again.",
    )
    return error("overtaken", message)


def unsearched() -> Issue:
    """There is no workbook, or none that can be read, to say which words must stay in."""
    message = Text(
        "没有找到可读取的工作簿，邮件中您自己写的文字未按其脱敏表检索；纪要本身在生成时已检索。",
        "No workbook was found that can be read, so words of your own were not searched for its "
        "redacted terms; the note itself was, when it was built.",
    )
    return Issue("not-searched", Severity.WARNING, message, _NO_HINT)


def unlike(problem: Exception) -> Issue:
    """The mail could not be laid out, or its charts not be drawn."""
    message = Text(
        f"无法排出邮件（{problem}）。请检查 templates 中最近的改动，再重新运行 reportgen build。",
        f"The mail cannot be laid out ({problem}). Look at the latest change in templates, then "
        "run reportgen build again.",
    )
    return error("mail-not-laid-out", message)


def unlike_meant(reader: Recipient, wrong: Sequence[str]) -> Issue:
    """The message reads back otherwise than it was meant."""
    message = Text(
        f"写给 {reader.mailbox.address} 的邮件回读后与原意不符（{'、'.join(wrong)}），已放弃。"
        "请将此行发给维护者。",
        f"The mail for {reader.mailbox.address} reads back otherwise than it was meant "
        f"({', '.join(wrong)}) and was given up. Send this line to the maintainers.",
    )
    return error("mail-not-as-meant", message)
