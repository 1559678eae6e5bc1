"""`@context` in and out.

Coming in, a context is only looked at for the ActivityStreams URL: no remote context is ever
fetched and no JSON-LD processing happens, because a stranger's context can give words another
meaning than the plain JSON reader sees. Going out, every term we use beyond ActivityStreams is
inlined, so that a receiver that does process JSON-LD never has to fetch one either; a document
gets the terms it uses and no others.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import AS_CONTEXT, OWN_NAMESPACE
from activitypub.errors import DocumentError

_PREFIXES: Final[Mapping[str, str]] = {
    "sdo": "https://schema.org/",
    "svept": OWN_NAMESPACE,
    "toot": "http://joinmastodon.org/ns#",
    # Mastodon's own spelling of schema.org, which is not the real one; only for PropertyValue.
    "schema": "http://schema.org#",
    "sec": "https://w3id.org/security#",
    "gts": "https://gotosocial.org/ns#",
    "mz": "https://joinmobilizon.org/ns#",
    "pt": "https://joinpeertube.org/ns#",
    "ical": "http://www.w3.org/2002/12/cal/ical#",
    "fep8a8e": "https://w3id.org/fep/8a8e/",
    "ostatus": "http://ostatus.org#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _link(iri: str) -> JsonObject:
    return {"@id": iri, "@type": "@id"}


_TERMS: Final[Mapping[str, object]] = {
    # ActivityStreams extensions that its own context does not define
    "Hashtag": "as:Hashtag",
    "sensitive": "as:sensitive",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "alsoKnownAs": _link("as:alsoKnownAs"),
    "movedTo": _link("as:movedTo"),
    "quoteUrl": _link("as:quoteUrl"),
    "conversation": "ostatus:conversation",
    # Mastodon
    "Emoji": "toot:Emoji",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "memorial": "toot:memorial",
    "suspended": "toot:suspended",
    "votersCount": "toot:votersCount",
    "featured": _link("toot:featured"),
    "featuredTags": _link("toot:featuredTags"),
    "attributionDomains": {"@id": "toot:attributionDomains", "@container": "@set"},
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    # keys and proofs (FEP-521a, FEP-8b32)
    "publicKey": _link("sec:publicKey"),
    "publicKeyPem": "sec:publicKeyPem",
    "owner": _link("sec:owner"),
    "assertionMethod": {"@id": "sec:assertionMethod", "@type": "@id", "@container": "@set"},
    "Multikey": "sec:Multikey",
    "controller": _link("sec:controller"),
    "publicKeyMultibase": {"@id": "sec:publicKeyMultibase", "@type": "sec:multibase"},
    "proof": {"@id": "sec:proof", "@type": "@id", "@container": "@graph"},
    "DataIntegrityProof": "sec:DataIntegrityProof",
    "cryptosuite": {"@id": "sec:cryptosuite", "@type": "sec:cryptosuiteString"},
    "created": {"@id": "http://purl.org/dc/terms/created", "@type": "xsd:dateTime"},
    "proofPurpose": {"@id": "sec:proofPurpose", "@type": "@vocab"},
    "proofValue": {"@id": "sec:proofValue", "@type": "sec:multibase"},
    "verificationMethod": _link("sec:verificationMethod"),
    # interaction policies (GoToSocial, FEP-044f) and discovery (FEP-2c59, FEP-844e)
    "interactionPolicy": _link("gts:interactionPolicy"),
    "canQuote": _link("gts:canQuote"),
    "canReply": _link("gts:canReply"),
    "automaticApproval": _link("gts:automaticApproval"),
    "manualApproval": _link("gts:manualApproval"),
    "quote": _link("https://w3id.org/fep/044f#quote"),
    "webfinger": {"@id": "https://purl.archive.org/socialweb/webfinger#webfinger"},
    "implements": {
        "@id": "https://w3id.org/fep/844e/implements",
        "@type": "@id",
        "@container": "@list",
    },
    # events (Mobilizon, FEP-8a8e)
    "joinMode": "mz:joinMode",
    "externalParticipationUrl": _link("mz:externalParticipationUrl"),
    "timezone": "mz:timezone",
    "isOnline": "mz:isOnline",
    "repliesModerationOption": "mz:repliesModerationOption",
    "anonymousParticipationEnabled": "mz:anonymousParticipationEnabled",
    "commentsEnabled": "pt:commentsEnabled",
    "status": "ical:status",
    "category": "schema:category",
    "inLanguage": "schema:inLanguage",
    "maximumAttendeeCapacity": "schema:maximumAttendeeCapacity",
    "remainingAttendeeCapacity": "schema:remainingAttendeeCapacity",
    "participantCount": "mz:participantCount",
    "address": "schema:address",
    "PostalAddress": "schema:PostalAddress",
    "addressCountry": "schema:addressCountry",
    "addressLocality": "schema:addressLocality",
    "addressRegion": "schema:addressRegion",
    "postalCode": "schema:postalCode",
    "streetAddress": "schema:streetAddress",
    "eventStatus": {"@id": "fep8a8e:eventStatus", "@type": "@vocab"},
    "EventScheduled": "fep8a8e:EventScheduled",
    "EventCancelled": "fep8a8e:EventCancelled",
    "EventPostponed": "fep8a8e:EventPostponed",
    "EventRescheduled": "fep8a8e:EventRescheduled",
    "EventMovedOnline": "fep8a8e:EventMovedOnline",
    "displayEndTime": "fep8a8e:displayEndTime",
    "organizers": _link("fep8a8e:organizers"),
    "VirtualLocation": "fep8a8e:VirtualLocation",
}

PROOF_TERMS: Final = (
    "proof", "DataIntegrityProof", "cryptosuite", "created", "proofPurpose", "proofValue",
    "verificationMethod",
)  # fmt: skip
"""Terms that a document needs which will get a proof after it was built (FEP-8b32)."""

_WORDED_VALUES: Final = frozenset({"type", "eventStatus"})
"""Properties whose values are terms themselves."""


def has_activitystreams_context(document: Mapping[str, object]) -> bool:
    """Whether `@context` contains the ActivityStreams URL, alone or in an array.

    The http spelling and a trailing `#` are taken too (ActivityStreams §2.1 asks for neither).
    """
    context = document.get("@context")
    members = context if isinstance(context, list) else [context]
    return any(isinstance(member, str) and _is_activitystreams(member) for member in members)


def _is_activitystreams(url: str) -> bool:
    return url.removesuffix("#").removesuffix("/").replace("http:", "https:", 1) == AS_CONTEXT


def require_activitystreams_context(document: Mapping[str, object]) -> None:
    """Raise DocumentError unless the document says that it is ActivityStreams."""
    if not has_activitystreams_context(document):
        raise DocumentError("the document's @context does not name ActivityStreams")


def context_for(document: Mapping[str, object], *, also: tuple[str, ...] = ()) -> list[object]:
    """Return the `@context` that a document of ours needs: an array, ActivityStreams first.

    `also` names further terms, such as PROOF_TERMS for a document that is yet to be proved.
    The second member is left out when every term is ActivityStreams' own.
    """
    used = set(_words(document)) | set(also)
    terms = {name: meaning for name, meaning in _TERMS.items() if name in used}
    wanted = {word.partition(":")[0] for word in used if ":" in word}
    wanted |= {prefix for meaning in terms.values() for prefix in _prefixes_in(meaning)}
    prefixes = {name: iri for name, iri in _PREFIXES.items() if name in wanted}
    inline: JsonObject = {**prefixes, **terms}
    return [AS_CONTEXT, inline] if inline else [AS_CONTEXT]


def with_context(document: Mapping[str, object], *, also: tuple[str, ...] = ()) -> JsonObject:
    """Return the document with its `@context` first; one it had already is replaced."""
    body = without_context(document)
    return {"@context": context_for(body, also=also), **body}


def without_context(document: Mapping[str, object]) -> JsonObject:
    """Return the document as it stands inside another one, which carries the context."""
    return {key: value for key, value in document.items() if key != "@context"}


def _words(value: object) -> Iterator[str]:
    """Every key, and every value that is a term, at any depth."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            if key in _WORDED_VALUES and isinstance(member, str):
                yield member
            # Language tags are the keys of a language map: they are no terms.
            if not key.endswith("Map"):
                yield from _words(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _words(member)


def _prefixes_in(meaning: object) -> Iterator[str]:
    texts = meaning.values() if isinstance(meaning, dict) else [meaning]
    for text in texts:
        if isinstance(text, str):
            yield text.partition(":")[0]
