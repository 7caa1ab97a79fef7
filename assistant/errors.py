"""The errors a user can meet.

AssistantError            something the user can act on; printed without a traceback
├── InputError            a file or option the user gave is wrong          (exit 2)
│   └── SpecError         the unit's spec does not hold
├── ModelError            the model is missing or broken                   (exit 3)
└── Cancelled             the user stopped the work                        (exit 130)
"""

import errno
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FINDINGS = 1
    INPUT = 2
    MODEL = 3
    INTERRUPTED = 130


class AssistantError(Exception):
    """An expected failure: `message` says what is wrong and where, `hint` what to do."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class InputError(AssistantError):
    """A file or option that the user gave is wrong."""

    exit_code = ExitCode.INPUT


class SpecError(InputError):
    """The unit's spec does not hold; `message` lists every place, a line each."""


class ModelError(AssistantError):
    """The model is missing, broken or cannot be loaded."""

    exit_code = ExitCode.MODEL


def reason(error: OSError) -> str:
    """Why the operating system refused, in Chinese."""
    known = _REASONS.get(error.errno or 0)
    return known or f"系统错误 {error.errno}（{error.strerror}）"


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名文件",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EIO: "磁盘读写出错",
}


class Cancelled(AssistantError):
    """The user stopped the work."""

    exit_code = ExitCode.INTERRUPTED
