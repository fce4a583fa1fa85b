"""The look-alike benchmark keeps the protocol, and ours is not behind what anyone could do with TF-IDF."""

import pytest

from lookalike.benchmark.lookalikes import _tasks, run_lookalikes


def test_tasks_follow_the_protocol():
    seeds = [{"slug": "few"}, {"slug": "many"}]
    relevant = {"few": [f"f{i}" for i in range(36)], "many": [f"m{i}" for i in range(90)]}
    tasks = list(_tasks(seeds, relevant, draws=3))
    count = {name: sum(task == name for task, _, _ in tasks) for name, _, _ in tasks}
    assert count == {"query": 2, "won5": 6, "won20": 3, "won50": 3}
    draws = [won for task, seed, won in tasks if task == "won5" and seed["slug"] == "few"]
    assert all(len(set(won)) == 5 and set(won) <= set(relevant["few"]) for won in draws)
    assert draws == [won for task, seed, won in _tasks(seeds[:1], relevant, 3) if task == "won5"]


def test_ours_is_not_behind_the_peers(material):
    data = material("data/lookalikes")
    figures = run_lookalikes(data, draws=1, seeds=3, quiet=True)
    assert list(figures) == ["query", "won5", "won20", "won50"]
    for task in ("won5", "won20"):
        peers = [cut["p100"] for name, cut in figures[task].items() if name != "text"]
        assert figures[task]["text"]["p100"] > max(peers) - 0.02
    assert all(
        0 <= p <= 1 for methods in figures.values() for cuts in methods.values() for p in cuts.values()
    )


def test_the_folder_may_be_named_wrongly(tmp_path):
    with pytest.raises(FileNotFoundError):
        run_lookalikes(tmp_path, quiet=True)
