"""Stories live whole years: they run without the tracer of coverage, which would tell only what other tests tell."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.no_cov)
