"""A child that does background work, as `meshwork worker`."""

import asyncio

from tests.benchmarks.children import serve_questions, wishes
from tests.benchmarks.installations import Place, quiet_log, running


async def main() -> None:
    """Work until the parent is done."""
    quiet_log()
    async with running(Place(**wishes()["place"]), jobs=True):
        await serve_questions({})


if __name__ == "__main__":
    asyncio.run(main())
