"""Counters of one worker process, as Prometheus reads them."""

import threading
from collections import Counter


class Metrics:
    """Counters of one worker process."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, label: str = "", amount: float = 1) -> None:
        with self._lock:
            self._counts[name, label] += amount  # type: ignore[assignment]

    def asked(self, seconds: float) -> None:
        """One more query, and the time that it took."""
        with self._lock:
            self._counts["queries_total", ""] += 1
            self._counts["query_seconds_total", ""] += seconds  # type: ignore[assignment]

    def set(self, name: str, value: float) -> None:
        with self._lock:
            self._counts[name, ""] = value  # type: ignore[assignment]

    def text(self) -> str:
        """Prometheus text exposition.

        >>> metrics = Metrics(); metrics.add("requests_total", 'status="200"'); print(metrics.text(), end="")
        # TYPE fazhi_requests_total counter
        fazhi_requests_total{status="200"} 1
        """
        with self._lock:
            counts = sorted(self._counts.items())
        lines: list[str] = []
        for (name, label), value in counts:
            head = f"# TYPE fazhi_{name} {'counter' if name.endswith('_total') else 'gauge'}"
            if head not in lines:
                lines.append(head)
            lines.append(f"fazhi_{name}{{{label}}} {value:g}" if label else f"fazhi_{name} {value:g}")
        return "".join(f"{line}\n" for line in lines)


METRICS = Metrics()
