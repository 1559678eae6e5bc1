"""A small made-up distribution in the form of ESCO's CSV files; every word is ours."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ESCO = "http://data.europa.eu/esco"
BREAD, CAKE, CODER = (f"{ESCO}/occupation/{name}" for name in ("bread", "cake", "coder"))
OVEN, KNEAD, PYTHON = (f"{ESCO}/skill/{name}" for name in ("oven", "knead", "python"))
KITCHEN = f"{ESCO}/skill/S1"

Files = dict[str, list[dict[str, str]]]


def occupation(uri: str, label: str, *others: str, group: str = "7512") -> dict[str, str]:
    """Return a row of occupations_xx.csv."""
    return {
        "conceptType": "Occupation", "conceptUri": uri, "iscoGroup": group,
        "preferredLabel": label, "altLabels": "\n".join(others), "hiddenLabels": "",
        "status": "released", "description": f"Somebody does: {label},\nand more.",
    }  # fmt: skip


def skill(uri: str, label: str, *others: str) -> dict[str, str]:
    """Return a row of skills_xx.csv."""
    return {
        "conceptType": "KnowledgeSkillCompetence", "conceptUri": uri, "skillType": "skill/competence",
        "reuseLevel": "sector-specific", "preferredLabel": label, "altLabels": "\n".join(others),
        "status": "released",
    }  # fmt: skip


def broader(uri: str, above: str) -> dict[str, str]:
    """Return a row of broaderRelations….csv."""
    return {"conceptType": "x", "conceptUri": uri, "broaderType": "x", "broaderUri": above}


def link(occupation_uri: str, skill_uri: str, kind: str = "essential") -> dict[str, str]:
    """Return a row of occupationSkillRelations.csv."""
    return {"occupationUri": occupation_uri, "relationType": kind, "skillType": "x",
            "skillUri": skill_uri}  # fmt: skip


def small_distribution() -> Files:
    """Return the files of a whole small distribution in English, Dutch and Spanish."""
    return {
        "occupations_en.csv": [
            occupation(BREAD, "bread maker", "loaf artist", "oven boss"),
            occupation(CAKE, "cake decorator"),
            occupation(CODER, "web code writer", "site builder", group="2513"),
        ],
        "occupations_nl.csv": [
            occupation(BREAD, "broodmaker", "deegkunstenaar"),
            occupation(CAKE, "taartversierder"),
            occupation(CODER, "schrijver van webcode", group="2513"),
        ],
        "skills_en.csv": [
            skill(OVEN, "heat ovens"), skill(KNEAD, "knead dough", "work dough"),
            skill(PYTHON, "write Python"),
        ],
        "skills_nl.csv": [skill(OVEN, "ovens stoken"), skill(KNEAD, "deeg kneden")],
        "skillGroups_en.csv": [{"conceptUri": KITCHEN, "preferredLabel": "kitchen work"}],
        "ISCOGroups_es.csv": [
            {"conceptUri": f"{ESCO}/isco/C7512", "code": "7512", "preferredLabel": "Quienes hacen pan"}
        ],
        "broaderRelationsOccPillar.csv": [
            broader(BREAD, f"{ESCO}/isco/C7512"), broader(CAKE, BREAD),
            broader(CODER, f"{ESCO}/isco/C2513"),
        ],
        "broaderRelationsSkillPillar.csv": [broader(OVEN, KITCHEN), broader(KNEAD, KITCHEN)],
        "occupationSkillRelations.csv": [
            link(BREAD, OVEN, "optional"), link(BREAD, KNEAD), link(CODER, PYTHON),
            link(CODER, f"{ESCO}/skill/unheard-of"),
        ],
    }  # fmt: skip


def written(
    rows: Sequence[Mapping[str, str]], *, separator: str = ",", backwards: bool = False
) -> str:
    """Return rows as CSV, with the columns in order or backwards."""
    heads = list(rows[0])
    text = io.StringIO()
    sheet = csv.DictWriter(text, heads[::-1] if backwards else heads, delimiter=separator)
    sheet.writeheader()
    sheet.writerows(rows)
    return text.getvalue()


def put_folder(folder: Path, files: Files, **form: bool) -> Path:
    """Write files into a folder, each with the byte order mark that spreadsheets add."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        (folder / name).write_text(written(rows, **form), "utf-8-sig")  # type: ignore[arg-type]  # flags
    return folder


def put_zip(path: Path, files: Files) -> Path:
    """Write files into a folder inside a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            archive.writestr(f"ESCO dataset/{name}", written(rows))
    return path
