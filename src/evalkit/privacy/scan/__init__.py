"""What names a person in files that are about to leave: found, located, never repeated."""

from evalkit.privacy.scan.files import scan_bytes, scan_files
from evalkit.privacy.scan.model import Exposure, ExposureError

__all__ = ["Exposure", "ExposureError", "scan_bytes", "scan_files"]
