"""What the buttons of an offer's form do beside publishing: another row, a better phrase, a draft,
a translation, a preview. All of them answer with the form, so all of them work without a script.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from server.drafts.rules import Written
from server.drafts.service import save_draft
from server.people.reader import Reader, see
from server.platform.errors import Invalid, NotAllowed, Unavailable
from server.platform.i18n import Message, say
from server.posts.kinds import FACTS
from server.posts.kinds.advising import applied
from server.posts.kinds.reading import main_language, text_in
from server.posts.translating import translate_texts
from server.web.previews import own_address, preview_of
from server.web.sheet import Sheet, drawn

_PARTS: Final = ("title", "summary", "description", "easyText")
_MOST_TIPS: Final = 100


async def asked(reader: Reader, sheet: Sheet) -> web.StreamResponse | None:
    """Return the answer to the button that was pressed; None when it was the one that publishes.

    Raises Invalid for a preview of what cannot be published.
    """
    sent = reader.parameters
    if sheet.picks.asks or sent.given("more"):
        more = sent.text("more", max_length=200) or ""
        return await drawn(reader, replace(sheet, more=more))
    if sent.given("apply"):
        number = sent.integer("apply", least=0, most=_MOST_TIPS)
        return await drawn(reader, _with_better_words(sheet, number or 0))
    if sent.given("translate"):
        return await drawn(reader, await _translated(reader, sheet))
    if sent.given("save_draft") and sheet.post is None:
        row = await reader.instance.work(
            save_draft, sheet.me.id, written_of(sheet), draft_id=sheet.draft_id
        )
        return see(f"/drafts?saved={row.id}")
    if sent.given("preview"):
        return await drawn(reader, await _previewed(reader, sheet))
    return None


def written_of(sheet: Sheet) -> Written:
    """Return what a draft keeps of a sheet."""
    return Written(
        kind=sheet.kind.value,
        record=sheet.record,
        language=sheet.parcel.language,
        audience=sheet.parcel.audience.value,
        media_ids=list(sheet.parcel.media_ids),
    )


def _with_better_words(sheet: Sheet, number: int) -> Sheet:
    tips = sheet.tips
    if number >= len(tips):
        return replace(sheet, advised=True)
    record = applied(sheet.record, tips[number])
    return replace(
        sheet, record=record, advised=True, note=say("The better words are in the text.")
    )


async def _previewed(reader: Reader, sheet: Sheet) -> Sheet:
    post = sheet.post
    url = post.url if post else await reader.instance.read(own_address, sheet.me)
    preview = await reader.instance.read(
        preview_of,
        sheet.me,
        sheet.kind.value,
        sheet.record,
        tag=reader.translator.tag,
        url=url,
        published=post.published_at if post else reader.instance.clock.now(),
    )
    return replace(sheet, preview=preview, advised=True)


async def _translated(reader: Reader, sheet: Sheet) -> Sheet:
    """Let the machine translate the author's words; what people translated is left alone."""
    target = (reader.parameters.text("translate_to", max_length=35) or "").strip()
    source = main_language(sheet.record)
    if not target or target == source:
        return replace(sheet, refused=_no_translation(say("Choose another language.")))
    texts = [_text(sheet, part) for part in _PARTS]
    try:
        made = await translate_texts(reader.instance, texts, source=source, target=target)
    except (NotAllowed, Unavailable) as refused:
        return replace(sheet, refused=_no_translation(refused.safe))
    record = _with_translation(sheet.record, target, dict(zip(_PARTS, made, strict=True)))
    return replace(sheet, record=record, note=say("The translation is in the form. Read it first."))


def _no_translation(why: Message) -> Invalid:
    return Invalid(details={"record/translations": [("ERR_INVALID", why)]})


def _text(sheet: Sheet, part: str) -> str:
    return text_in(sheet.record, FACTS[sheet.kind].title_name if part == "title" else part)


def _with_translation(
    record: Mapping[str, Any], target: str, made: Mapping[str, str]
) -> dict[str, Any]:
    known = record.get("translations")
    translations = dict(known) if isinstance(known, Mapping) else {}
    before = translations.get(target)
    kept = dict(before) if isinstance(before, Mapping) else {}
    is_by_people = bool(kept) and kept.get("machineMade") is not True
    texts = {part: text for part, text in made.items() if text}
    fresh = {**texts, **kept} if is_by_people else {**kept, **texts, "machineMade": True}
    if is_by_people and set(texts) - set(kept):
        fresh["machineMade"] = True
    translations[target] = fresh
    return {**record, "translations": translations}
