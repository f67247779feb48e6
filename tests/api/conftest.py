"""A plant whose server runs, for every test of the API."""

from collections.abc import AsyncIterator

import pytest
from tests.api.plant import Plant, serving


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """A plant that has not been read yet."""
    async with serving() as running:
        yield running
