"""Importing ESCO's distribution, on both databases."""

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.platform.instance import Instance
from server.platform.work import Reading
from server.vocabularies import queries
from server.vocabularies.esco import NotEsco, opened_distribution
from server.vocabularies.loading import load_distribution
from server.vocabularies.model import VocabularyConcept, VocabularyLabel, VocabularyLink
from server.vocabularies.occupations import isco_uri
from server.vocabularies.privacy import PERSONAL_DATA
from tests.support.esco import (
    BREAD,
    CAKE,
    CODER,
    ESCO,
    KITCHEN,
    KNEAD,
    OVEN,
    PYTHON,
    Files,
    occupation,
    put_folder,
    put_zip,
    skill,
    small_distribution,
)
from tests.support.instances import running_instance


@pytest.fixture
async def instance(database_url: str, tmp_path: Path) -> AsyncIterator[Instance]:
    async with running_instance(database_url, tmp_path) as started:
        yield started


async def load(instance: Instance, path: Path) -> tuple[dict[str, int], list[int]]:
    told: list[int] = []
    with opened_distribution(path) as given:
        return await load_distribution(instance, given, told.append), told


@pytest.fixture
def files() -> Files:
    return small_distribution()


def sizes(r: Reading) -> list[int]:
    tables = (VocabularyConcept, VocabularyLabel, VocabularyLink)
    return [r.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


async def found(instance: Instance, scheme: str, text: str, *languages: str) -> list[str]:
    terms = await instance.read(queries.search, scheme, text, languages or ("en",), 12)
    return [one.code for one in terms]


async def test_a_folder_becomes_vocabularies(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    counts, told = await load(instance, put_folder(tmp_path / "esco", files))
    assert counts == {"esco_occupation": 3, "esco_skill": 3, "isco": 1, "links": 3}
    assert sum(told) == sum(one.stat().st_size for one in (tmp_path / "esco").iterdir())
    term = await instance.read(queries.term, "esco_occupation", CAKE, "nl")
    assert term is not None
    group = await instance.read(queries.term, "isco", "7512", "nl")
    assert group is not None
    assert term.path == f"{group.path} › broodmaker › taartversierder"
    skilled = await instance.read(queries.term, "esco_skill", KNEAD, "nl")
    assert skilled is not None
    assert skilled.path == "kitchen work › deeg kneden"


async def test_a_zip_with_columns_in_any_order_says_the_same(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_zip(tmp_path / "esco.zip", files))
    before = await instance.read(sizes)
    await load(instance, put_folder(tmp_path / "backwards", files, backwards=True))
    assert await instance.read(sizes) == before


async def test_words_beside_the_label_are_found(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_folder(tmp_path, files))
    assert await found(instance, "esco_occupation", "loaf") == [BREAD]
    assert await found(instance, "esco_occupation", "builder") == [CODER]
    assert await found(instance, "esco_occupation", "kunstenaar", "nl") == [BREAD]
    assert await found(instance, "esco_occupation", "kunstenaar", "en") == []
    assert await found(instance, "esco_skill", "PYTH", "fa") == [PYTHON]
    assert await found(instance, "esco_skill", "kitchen") == []  # a group cannot be chosen
    assert not await instance.read(queries.is_known, "esco_skill", KITCHEN)


async def test_letters_with_a_meaning_in_sql_are_letters(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    files["skills_en.csv"].append(skill(f"{ESCO}/skill/c", "C# 100% of_it"))
    await load(instance, put_folder(tmp_path, files))
    assert await found(instance, "esco_skill", "100%") == [f"{ESCO}/skill/c"]
    assert await found(instance, "esco_skill", "%") == []
    assert await found(instance, "esco_skill", "_") == []


async def test_occupations_of_both_standards_are_searched_together(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_folder(tmp_path, files))
    assert (await found(instance, "occupation", "web code"))[0] == CODER
    assert isco_uri("2513") in await found(instance, "occupation", "web")
    assert await instance.read(queries.children, "occupation", isco_uri("7512")) == [BREAD]
    assert await instance.read(queries.children, "esco_occupation", BREAD) == [CAKE]
    assert await instance.read(queries.is_known, "occupation", CODER)


async def test_groups_get_names_in_languages_that_are_not_shipped(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    english = await instance.read(queries.label, "isco", "7512", "es")
    await load(instance, put_folder(tmp_path, files))
    assert await instance.read(queries.label, "isco", "7512", "es") == "Quienes hacen pan"
    assert await instance.read(queries.label, "isco", "7512", "pt") == english
    assert await found(instance, "isco", "quienes", "es") == ["7512"]


async def test_an_occupation_knows_its_skills(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_folder(tmp_path, files))
    assert await instance.read(queries.skills_for, BREAD) == [KNEAD, OVEN]
    assert await instance.read(queries.skills_for, isco_uri("7512")) == []


async def test_a_second_run_changes_what_changed_and_retires_what_has_gone(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_folder(tmp_path / "one", files))
    for name, label in (("occupations_en.csv", "bread baker"), ("occupations_nl.csv", "bakker")):
        files[name] = [occupation(BREAD, label), *files[name][2:]]
    files["occupationSkillRelations.csv"] = files["occupationSkillRelations.csv"][:1]
    counts, _ = await load(instance, put_folder(tmp_path / "two", files))
    assert counts == {"esco_occupation": 2, "esco_skill": 3, "isco": 1, "links": 1}
    assert await found(instance, "esco_occupation", "loaf") == []
    assert await found(instance, "esco_occupation", "bread") == [BREAD]
    assert await found(instance, "esco_occupation", "cake") == []
    assert await instance.read(queries.label, "esco_occupation", CAKE, "nl") == "taartversierder"
    assert await instance.read(queries.is_known, "esco_occupation", CAKE)
    files["occupations_en.csv"].append(occupation(CAKE, "cake artist"))
    await load(instance, put_folder(tmp_path / "three", files))
    assert await found(instance, "esco_occupation", "cake") == [CAKE]


async def test_missing_files_are_left_out_and_take_nothing_away(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_folder(tmp_path / "one", files))
    only = {"skills_nl.csv": files["skills_nl.csv"]}
    counts, _ = await load(instance, put_folder(tmp_path / "two", only))
    assert counts["esco_occupation"] == 3
    assert counts["esco_skill"] == 2  # Python is not in the new list of skills
    assert counts["links"] == 2


async def test_without_relations_an_occupation_stands_below_its_isco_group(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    only = {"occupations_en.csv": files["occupations_en.csv"]}
    await load(instance, put_folder(tmp_path, only))
    assert set(await instance.read(queries.children, "occupation", isco_uri("7512"))) == {
        BREAD,
        CAKE,
    }


async def test_rows_without_address_or_label_are_passed_over(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    odd = [occupation("", "nowhere"), occupation(f"{ESCO}/occupation/x", ""),
           {**occupation(f"{ESCO}/occupation/y", "old"), "status": "obsolete"}]  # fmt: skip
    files["occupations_en.csv"] += odd
    del files["occupations_nl.csv"]
    counts, _ = await load(instance, put_folder(tmp_path, files))
    assert counts["esco_occupation"] == 3


async def test_many_rows_go_in_batches(instance: Instance, tmp_path: Path) -> None:
    rows = [skill(f"{ESCO}/skill/{n}", f"skill number {n}", f"other {n}") for n in range(1201)]
    counts, told = await load(instance, put_folder(tmp_path, {"skills_en.csv": rows}))
    assert counts == {"esco_skill": 1201, "links": 0}
    assert len(told) == 4  # three batches and the rest
    assert await found(instance, "esco_skill", "number 1200") == [f"{ESCO}/skill/1200"]


async def test_what_is_not_esco_is_refused(tmp_path: Path) -> None:
    def refused(path: Path, words: str) -> None:
        with pytest.raises(NotEsco, match=words), opened_distribution(path):
            pass

    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "people_en.csv").write_text("a,b\n1,2\n", "utf-8")
    refused(tmp_path / "empty", "holds no CSV file of ESCO")
    refused(tmp_path / "nothing.zip", "no such file")
    (tmp_path / "text.zip").write_text("not a zip", "utf-8")
    refused(tmp_path / "text.zip", "neither a folder nor a zip")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"conceptUri,label\nx,y\n", "has no column preferredLabel"),
        (b"", "has no column conceptUri"),
        (b"conceptUri,preferredLabel\nx,\xff\xfe\n", "cannot be read"),
    ],
)
async def test_a_broken_file_is_named(
    instance: Instance, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "occupations_en.csv").write_bytes(content)
    with pytest.raises(NotEsco, match=words):
        await load(instance, tmp_path)
    assert await instance.read(sizes) == [0, 0, 0]


async def test_a_damaged_zip_is_named(instance: Instance, tmp_path: Path, files: Files) -> None:
    path = put_zip(tmp_path / "esco.zip", {"skills_en.csv": files["skills_en.csv"] * 50})
    with zipfile.ZipFile(path) as archive:
        begin = archive.infolist()[0].header_offset + 60
    content = bytearray(path.read_bytes())
    content[begin : begin + 20] = b"\x00" * 20
    path.write_bytes(bytes(content))
    with pytest.raises(NotEsco):
        await load(instance, path)


async def test_a_zip_with_a_password_is_named(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    path = put_zip(tmp_path / "esco.zip", {"skills_en.csv": files["skills_en.csv"]})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of encryption, before the file and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(NotEsco, match="cannot be read"):
        await load(instance, path)


async def test_nothing_here_is_about_anybody(
    instance: Instance, tmp_path: Path, files: Files
) -> None:
    await load(instance, put_folder(tmp_path, files))
    before = await instance.read(sizes)
    assert await instance.read(PERSONAL_DATA.export, 1) == {}
    await instance.work(PERSONAL_DATA.erase, 1)
    assert await instance.read(sizes) == before
