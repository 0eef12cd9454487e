"""`manage.py search_evaluate` and `manage.py search_rebuild`, called as scripts call them."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.jobs import Job
from search.engine import REBUILD, engine
from search.words import find
from tests import elastic as server

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    {"id": 1, "text": "屋根の無料点検に来て補修工事を契約した。", "title": "ignored"},
    {"id": "1", "text": "屋根の無料点検を断った。"},
    {"id": 3, "text": "浄水器の訪問販売。"},
]


def evaluate(folder, documents, queries, *more, plain=True, **environment):
    paths = []
    for name, rows in (("documents.jsonl", documents), ("queries.jsonl", queries)):
        data = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows).encode()
        path = folder / (name if plain else f"{name}.gz")
        path.write_bytes(data if plain else gzip.compress(data))
        paths.append(str(path))
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "search_evaluate",
            "--documents",
            paths[0],
            "--queries",
            paths[1],
            *more,
        ],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder / "none"),
            "KEY_DIR": str(folder / "none.keys"),
            **environment,
        },
        capture_output=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


@pytest.mark.parametrize("plain", [True, False])
def test_each_question_is_answered_with_ids_in_their_own_type(tmp_path, plain):
    queries = [
        {"qid": "a", "q": "屋根の点検で契約"},
        {"qid": 2, "q": "屋根の点検で契約", "exclude": 1},
        {"qid": 3, "q": "屋根の点検で契約", "exclude": [1, "1", 99]},
        {"qid": 4, "q": "の"},
    ]

    code, answers, _messages = evaluate(tmp_path, DOCUMENTS, queries, plain=plain)

    assert code == 0
    assert answers == [
        {"qid": "a", "hits": [1, "1"]},
        {"qid": 2, "hits": ["1"]},
        {"qid": 3, "hits": []},
        {"qid": 4, "hits": []},
    ]
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "none.keys").exists()


def test_all_documents_of_an_excluded_id_are_left_out(tmp_path):
    twice = [*DOCUMENTS, {"id": 1, "text": "屋根の点検。"}]
    queries = [{"qid": 1, "q": "屋根の点検で契約", "exclude": 1}]

    code, answers, _messages = evaluate(tmp_path, twice, queries)

    assert (code, answers) == (0, [{"qid": 1, "hits": ["1"]}])


def test_a_damaged_archive_is_refused_in_words(tmp_path):
    whole = gzip.compress(json.dumps(DOCUMENTS[0]).encode() + b"\n")
    damaged = tmp_path / "documents.jsonl.gz"
    damaged.write_bytes(whole[:10] + b"\xff" * 8 + whole[18:])

    with pytest.raises(CommandError, match=r"documents\.jsonl\.gz: ") as refused:
        call_command("search_evaluate", documents=damaged, queries=damaged)

    assert refused.value.returncode == 2


@pytest.mark.elastic
def test_the_other_engine_answers_alike_from_indices_that_are_gone_afterwards(tmp_path, elastic):
    queries = [{"qid": 1, "q": "屋根の点検で契約", "exclude": 3}]
    access = {
        "ELASTICSEARCH_URLS": ",".join(elastic.urls),
        "ELASTICSEARCH_USER": server.USER,
        "ELASTICSEARCH_PASSWORD": server.PASSWORD,
        "ELASTICSEARCH_PREFIX": "evaluated",
        "ELASTICSEARCH_CA_FILE": elastic.ca_file,
    }

    code, answers, messages = evaluate(tmp_path, DOCUMENTS, queries, "--engine", "elasticsearch", **access)

    assert (code, answers) == (0, [{"qid": 1, "hits": [1, "1"]}]), messages
    assert not [name for name in elastic.indices() if name.startswith("evaluated")]


def test_only_so_many_hits_as_asked_for(tmp_path):
    _code, answers, _messages = evaluate(tmp_path, DOCUMENTS, [{"qid": 1, "q": "屋根の点検"}], "--top", "1")

    assert [len(answer["hits"]) for answer in answers] == [1]


@pytest.mark.parametrize(
    ("documents", "queries", "more", "before", "message"),
    [
        (DOCUMENTS, [{"qid": 1, "q": "屋根"}, "{no json\n"], [], 1, "queries.jsonl: line 2"),
        (DOCUMENTS, [{"qid": 1, "q": "屋根"}, {"qid": 2}], [], 1, 'line 2: expected text under "q"'),
        (DOCUMENTS, [{"q": "屋根"}], [], 0, 'line 1: expected an id under "qid"'),
        (DOCUMENTS, ['{"qid": NaN, "q": "屋根"}\n'], [], 0, 'line 1: expected an id under "qid"'),
        (
            [*DOCUMENTS, {"id": 4}],
            [{"qid": 1, "q": "屋根"}],
            [],
            0,
            'documents.jsonl: line 4: expected text under "text"',
        ),
        (DOCUMENTS, [{"qid": 1, "q": "屋根"}], ["--engine", "elasticsearch"], 0, "ELASTICSEARCH_URLS"),
        (DOCUMENTS, [{"qid": 1, "q": "屋根"}], ["--top", "0"], 0, "--top"),
    ],
)
def test_bad_input_is_refused_with_its_line_after_the_answers_before_it(
    tmp_path, documents, queries, more, before, message
):
    code, answers, messages = evaluate(tmp_path, documents, queries, *more)

    assert (code, len(answers)) == (2, before)
    assert message in messages


@pytest.mark.django_db
@pytest.mark.parametrize("more", [[], ["--anew"]])
def test_the_index_can_be_made_anew_by_command(record, worked, staff, capsys, more):
    case = record("給湯器の点検")
    worked()
    engine().delete([case.uid])

    call_command("search_rebuild", *more)

    assert find("給湯器", by=staff).uids == [case.uid]
    told = capsys.readouterr()
    assert json.loads(told.out)["cases"] == 1
    assert "/ 1" in told.err
    assert Job.objects.filter(kind=REBUILD).latest("pk").arguments == {"anew": bool(more)}
