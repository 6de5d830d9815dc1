"""The same thing asked for by several at once: it is made once, and all of them get it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """What is being made, by its key, and who waits for it beside the one who makes it; for one loop alone.

    >>> async def both():
    ...     made, together = [], Together[int]()
    ...     async def make():
    ...         made.append(await asyncio.sleep(0, 7))
    ...         return made[-1]
    ...     return await asyncio.gather(*(together.once("key", make) for _ in range(2))), made
    >>> asyncio.run(both())
    ([7, 7], [7])
    """

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[asyncio.Future[T | None]]] = {}

    async def once(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` gives, or raises, to whoever asks for this key until it has; after that it is made anew.

        Who asks first makes it. Where that one leaves, the next of those who wait begins again.
        """
        while (others := self._waiting.get(key)) is not None:
            waiter: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
            others.append(waiter)
            if (given := await waiter) is not None:
                return given
        others = self._waiting[key] = []
        given, failed = None, None
        try:
            given = await make()
        except Exception as error:
            failed = error
            raise
        finally:
            del self._waiting[key]
            for waiter in others:
                if waiter.done():
                    continue
                if failed is None:
                    waiter.set_result(given)
                else:
                    waiter.set_exception(failed)
        return given
