"""The window's lock and its note of who signed in last."""

from __future__ import annotations

import pytest

from kiosk.usecases import window
from models.rules.problems import Trouble


def test_only_one_window_has_a_folder(tmp_path):
    first = window.take(tmp_path)
    assert first is not None
    with pytest.raises(Trouble) as trouble:
        window.take(tmp_path)
    assert trouble.value.code == "window.already_open"
    first.close()
    second = window.take(tmp_path)
    assert second is not None
    second.close()


def test_where_there_is_no_folder_there_is_no_lock_and_no_counter(tmp_path):
    assert window.take(tmp_path / "nowhere") is None
    assert not window.is_prepared(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_the_last_name_is_remembered(tmp_path):
    assert window.last_login(tmp_path) == ""
    window.remember_login(tmp_path, "rina")
    window.remember_login(tmp_path, "budi")
    assert window.last_login(tmp_path) == "budi"
    assert (tmp_path / window.LAST_LOGIN_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("noted", ["{", "[]", '"rina"', '{"name": "rina"}'])
def test_a_note_that_cannot_be_read_is_no_note(tmp_path, noted):
    (tmp_path / window.LAST_LOGIN_FILE).write_text(noted)
    assert window.last_login(tmp_path) == ""
