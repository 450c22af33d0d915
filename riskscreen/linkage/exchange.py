"""Rows on their way from the tasks of one step to those of the next: in files of a draft, which go with it.

A task writes one Arrow file, in which each receiver has a batch: so a receiver reads what is its own of every file, and
nothing else, and there are as many files as senders, however many receive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.errors import HomeError
from riskscreen.eventstore.files import place, write_file

Whole = npt.NDArray[np.int64]
RECEIVERS = b"receivers"  # of the batches, in their order: 8 bytes each


@dataclass(frozen=True)
class Exchange:
    """A folder that the tasks of all steps see."""

    folder: Path

    def send(self, name: str, rows: pa.Table, to: Whole, at: Whole | None = None) -> str:
        """Write a file in which the row at each place ``at`` (default: every row) is ``to`` a receiver; gives ``name``.

        What one receives keeps its order. Raises ``HomeError`` where the file cannot be written.
        """
        order = np.argsort(to, kind="stable")
        receivers, begins = np.unique(to[order], return_index=True)
        places = order if at is None else at[order]
        whole = rows.combine_chunks()
        schema = rows.schema.with_metadata({RECEIVERS: receivers.astype(np.int64).tobytes()})

        def fill(file: BinaryIO) -> None:
            with pa.ipc.new_file(file, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
                for own in np.split(places, begins[1:]) if len(places) else ():
                    (batch,) = whole.take(pa.array(own)).combine_chunks().to_batches()
                    writer.write_batch(batch.replace_schema_metadata(schema.metadata))

        write_file(self.folder / name, fill, lasting=False)
        return name

    def receive(self, names: Sequence[str], receiver: int, columns: Sequence[str] | None = None) -> pa.Table:
        """What a receiver has in some files, one behind the other. Raises ``HomeError`` where one cannot be read."""
        return pa.concat_tables([self._own(name, receiver, columns) for name in names])

    def _own(self, name: str, receiver: int, columns: Sequence[str] | None) -> pa.Table:
        try:
            with pa.OSFile(str(self.folder / name)) as file:
                schema = pa.ipc.open_file(file).schema
                asked = schema.names if columns is None else list(columns)
                options = pa.ipc.IpcReadOptions(included_fields=[schema.get_field_index(field) for field in asked])
                receivers = np.frombuffer(schema.metadata[RECEIVERS], np.int64)
                nth = int(np.searchsorted(receivers, receiver))
                if nth == len(receivers) or receivers[nth] != receiver:
                    return schema.remove_metadata().empty_table().select(asked)
                batch = pa.ipc.open_file(file, options=options).get_batch(nth)
                return pa.Table.from_batches([batch]).replace_schema_metadata(None).select(asked)
        except (OSError, pa.ArrowException):
            raise HomeError(
                f"{place(self.folder / name)} cannot be read, which a step before wrote: let the home lie where all "
                "machines see it, then give the same command again"
            ) from None
