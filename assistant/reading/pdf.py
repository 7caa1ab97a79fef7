"""Reading the text layer of a PDF file."""

import logging
from pathlib import Path

from assistant.errors import InputError


def read_pdf(path: Path) -> str:
    """The text, line by line as it is printed, page after page.

    Raises:
        InputError: the file is damaged, protected, or holds only pictures of pages.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every small defect
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{path} 设了密码，读不了。", hint="请去掉密码另存后再试。")
        text = "\n".join(page.extract_text() for page in reader.pages)
    except InputError:
        raise
    except OSError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        # pypdf lets errors of its own parsing through on damaged files.
        raise InputError(
            f"{path} 不是完好的 PDF（{type(error).__name__}）。", hint="请重新下载或另存后再试。"
        ) from None
    if not text.strip():
        raise InputError(
            f"{path} 里没有文字，只有图片（扫描件）。", hint="请先用识别软件转成 Word 或文本。"
        )
    return text
