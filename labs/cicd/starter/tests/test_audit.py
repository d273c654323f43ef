from audit import findings, pinned

ADVISORY = {
    "id": "X-1",
    "summary": "it bites",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "pli-dep"}, "versions": ["1.0"]}],
}


def test_pins_are_read():
    assert pinned("Pli_Dep==1.0 \\\n    --hash=sha256:00\n# x==2\n") == {"pli-dep": "1.0"}


def test_only_the_bad_version_is_found():
    assert findings({"pli-dep": "1.0"}, [ADVISORY]) == ["pli-dep 1.0: X-1, it bites"]
    assert findings({"pli-dep": "1.1"}, [ADVISORY]) == []
