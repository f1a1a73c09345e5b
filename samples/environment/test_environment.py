"""What a test knows of its run. Under plain pytest the variables are not set, and the tests are skipped."""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    "PROCTOR_RUN_ID" not in os.environ,
    reason="PROCTOR_RUN_ID is not set: these tests need to be run by Proctor",
)


def test_the_run_and_its_environment_have_numbers():
    print(f"run {os.environ['PROCTOR_RUN_ID']} for {os.environ['PROCTOR_REQUESTER']}")
    assert int(os.environ["PROCTOR_RUN_ID"]) >= 1
    assert 1 <= int(os.environ["PROCTOR_ENVIRONMENT_ID"]) <= 100


def test_the_environment_has_a_name():
    print(f"in environment {os.environ['PROCTOR_ENVIRONMENT_NAME']}")
    assert os.environ["PROCTOR_ENVIRONMENT_NAME"]


def test_files_left_in_the_artifacts_folder_are_kept():
    if "PROCTOR_ARTIFACTS" not in os.environ:
        pytest.skip("PROCTOR_ARTIFACTS is not set: this Proctor keeps no files")
    folder = Path(os.environ["PROCTOR_ARTIFACTS"])
    (folder / "measurements.csv").write_text("second,value\n1,0.25\n2,0.75\n")
    assert (folder / "measurements.csv").stat().st_size > 0
