"""A session of Spark, for what many machines do together: started late, ended in any case."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evalkit.errors import SparkError

__all__ = ["Setting", "spark_session"]

# As an address, for Java splits its options at spaces.
_LOGGING = (Path(__file__).parent / "resources" / "spark" / "log4j2.properties").as_uri()
Setting = str | bool | int | float | None


@contextmanager
def spark_session(
    master: str, name: str, *, memory: str | None = None, settings: Mapping[str, Setting] = {}
) -> Iterator[Any]:
    """Start Spark, or use the session that runs already; end what was started.

    Parameters
    ----------
    master : str
        ``"local[2]"``, ``"local-cluster[2,1,1024]"``, ``"spark://host:7077"``.
    name : str
        The application's name, for Spark's own lists.
    memory : str, optional
        The driver's memory, such as ``"2GB"``.
    settings : mapping
        Spark's settings besides.

    Yields
    ------
    pyspark.sql.SparkSession

    Raises
    ------
    SparkError
        If PySpark is not installed, or Spark does not start.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkError("没有安装 pyspark，不能用 Spark。请安装 evalkit[cluster]。") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    common: dict[str, Setting] = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOGGING}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if master.startswith("local"):
        # A machine on its own need not be able to look up its name.
        common |= {"spark.driver.host": "localhost", "spark.sql.shuffle.partitions": "8"}
    if memory is not None:
        common["spark.driver.memory"] = memory.lower().removesuffix("b")
    builder = SparkSession.builder.appName(name).master(master).config(map=common | {**settings})
    # What the workers run: this Python, unless somebody has said another.
    own = os.environ.setdefault("PYSPARK_PYTHON", sys.executable) == sys.executable
    try:
        with warnings.catch_warnings():
            # On each start it says that pandas is newer than it.
            warnings.simplefilter("ignore", FutureWarning)
            session = builder.getOrCreate()
    except Exception as error:  # py4j and Java report in classes of their own
        raise SparkError(
            f"Spark 没有启动：{str(error).splitlines()[0]}。"
            "请确认已安装 Java 17 或更新的版本，且 --master 的地址能够连上。"
        ) from None
    try:
        yield session
    finally:
        session.stop()
        if own:
            os.environ.pop("PYSPARK_PYTHON", None)
