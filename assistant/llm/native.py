"""The native library: loaded lazily, its log kept off the terminal, its errors put in Chinese.

llama-cpp-python's own way of silencing the log redirects the process's file descriptors, which
freezes a Textual screen; a log callback set before loading leaves them alone.
"""

import atexit
import contextlib
import ctypes
import functools
import os
import re
from collections import deque
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from assistant.errors import ModelError
from assistant.files import private_folder
from assistant.settings import log_file

_DEBUG = 1
"""GGML_LOG_LEVEL_DEBUG."""
_MOST_LOG_BYTES = 5_000_000
_recent: deque[str] = deque(maxlen=40)
_keep_alive: list[Any] = []


@functools.cache
def load_library() -> ModuleType:
    """llama_cpp's low-level module, its log going to the log file."""
    # Threads that spin while they wait are many times slower once another program is busy;
    # OpenMP reads this when it is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    try:
        import llama_cpp.llama_cpp as lib
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            f"推理程序 llama.cpp 无法启动：{error}",
            hint="请重新安装：pip install --force-reinstall llama-cpp-python",
        ) from None

    stream = _open_log()

    @lib.llama_log_callback  # type: ignore[untyped-decorator]
    def log(level: int, text: bytes, _data: ctypes.c_void_p) -> None:
        if level == _DEBUG:
            return  # a line for each state restored
        line = text.decode("utf-8", "replace")
        _recent.append(line)
        if stream:
            with contextlib.suppress(OSError, ValueError):  # a full disk, or a log already closed
                stream.write(line)
                stream.flush()

    _keep_alive.append(log)
    if stream:
        atexit.register(stream.close)
    lib.llama_log_set(log, ctypes.c_void_p(0))
    lib.llama_backend_init()
    return lib


def _open_log() -> TextIO | None:
    file = log_file()
    try:
        private_folder(file.parent)
        small = file.exists() and file.stat().st_size < _MOST_LOG_BYTES
        return file.open("a" if small else "w", encoding="utf-8")
    except OSError:
        return None  # a read-only disk must not keep the model from working


def last_errors() -> str:
    """The end of llama.cpp's log."""
    return "".join(_recent)


def load_model(file: Path, *, vocab_only: bool = False, repacked: bool = False) -> Any:
    """Load a GGUF; the caller frees it.

    `repacked`: its weights as llama.cpp has them by itself, also where others are faster.

    Raises:
        ModelError: the file is damaged, truncated or of an unknown architecture.
    """
    lib = load_library()
    _recent.clear()
    tiled = _has_tile_kernels() and not repacked
    model = _load(lib, file, vocab_only=vocab_only, repacked=not tiled)
    if model and tiled and not vocab_only and not has_tiles(model):
        lib.llama_model_free(model)
        model = _load(lib, file, vocab_only=False, repacked=True)
    if not model:
        raise ModelError(
            f"模型文件无法加载：{file}\n原因：{_reason(last_errors())}",
            hint=f"可用 assistant model verify 检查；llama.cpp 的日志在 {log_file()}。",
        )
    return model


def _load(lib: ModuleType, file: Path, *, vocab_only: bool, repacked: bool) -> Any:
    """The model, its weights mapped as they lie in the file or repacked for other kernels.

    Repacked weights lie in memory of their own; mapped, the file would stay beside them.
    """
    params = lib.llama_model_default_params()
    params.vocab_only = vocab_only
    params.use_extra_bufts = repacked
    params.load_mode = lib.LLAMA_LOAD_MODE_NONE if repacked else lib.LLAMA_LOAD_MODE_MMAP
    return lib.llama_model_load_from_file(str(file).encode(), params)


def kernels() -> str:
    """What decides which of llama.cpp's kernels compute: their results differ in rounding."""
    return str(load_library().llama_print_system_info().decode())


def has_tiles(model: Any) -> bool:
    """Whether a model's weights, unless they are to be repacked, are multiplied in tiles as they
    lie in the file."""
    text = ctypes.create_string_buffer(256)
    load_library().llama_model_desc(model, text, len(text))
    return _has_tile_kernels() and b"_K" in text.value  # such as "qwen2 1.5B Q4_K - Medium"


def _has_tile_kernels() -> bool:
    """Whether llama.cpp multiplies K-quants of eight rows and more in tiles, which is faster here
    than its kernels for repacked weights; with AVX2 alone it is slower (docs/performance.md)."""
    return "AVX512_VNNI = 1" in kernels()


def _reason(log: str) -> str:
    if match := re.search(r"unknown model architecture: '([^']*)'", log):
        return f"不支持的模型架构“{match[1]}”"
    if "not within the file bounds" in log:
        return "文件不完整（被截断）"
    if "invalid magic" in log or "failed to read magic" in log:
        return "不是 GGUF 文件"
    return "文件已损坏，或不是可用的模型"
