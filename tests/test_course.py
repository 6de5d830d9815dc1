"""A coroutine driven without a task: it begins at once, goes on when what it waits for is there, and can be ended."""

import asyncio

import pytest

from server.http.course import Course


def driven(script):
    """Run a script with a future to wait for, and give what it saw."""

    async def run():
        seen = []
        await script(seen, asyncio.get_running_loop().create_future())
        return seen

    return asyncio.run(run())


async def waiting(seen, future):
    seen.append("began")
    try:
        seen.append(await future)
    except asyncio.CancelledError:
        seen.append("ended")
        raise
    finally:
        seen.append("over")


def test_it_begins_at_once_and_goes_on_with_what_it_waited_for():
    async def script(seen, future):
        Course(waiting(seen, future)).begin()
        assert seen == ["began"]
        future.set_result(7)
        await asyncio.sleep(0)

    assert driven(script) == ["began", 7, "over"]


def test_what_need_not_wait_is_done_at_once():
    async def script(seen, future):
        future.set_result(7)
        Course(waiting(seen, future)).begin()
        assert seen == ["began", 7, "over"]

    driven(script)


@pytest.mark.parametrize("late", [False, True], ids=["while it waits", "when it need not wait any more"])
def test_it_is_ended_where_it_waits(late):
    async def script(seen, future):
        course = Course(waiting(seen, future))
        course.begin()
        if late:
            future.set_result(7)
        course.cancel()
        await asyncio.sleep(0)
        course.cancel()

    assert driven(script) == ["began", "ended", "over"]


def test_who_is_ended_may_still_wait_for_something_else():
    async def script(seen, future):
        first = asyncio.get_running_loop().create_future()

        async def made():
            try:
                await first
            except asyncio.CancelledError:
                seen.append(await future)

        course = Course(made())
        course.begin()
        first.set_result(None)
        course.cancel()
        await asyncio.sleep(0)
        future.set_result(7)
        await asyncio.sleep(0)

    assert driven(script) == [7]


def test_what_it_raises_is_told_to_the_loop():
    async def script(seen, future):
        asyncio.get_running_loop().set_exception_handler(lambda _, what: seen.append(str(what["exception"])))

        async def made():
            await future
            raise ValueError("a fault")

        Course(made()).begin()
        future.set_result(None)
        await asyncio.sleep(0)

    assert driven(script) == ["a fault"]
