"""Reads the keyboard so that Esc works at once."""

import os
import selectors
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_LOOK = 0.02
"""Seconds after which is looked again whether an Esc stays alone."""
_READ = 4096


class PromptDriver(LinuxDriver):
    """Textual's driver, which looks whether an Esc stays alone five times as often.

    Most terminals send Esc as the byte with which the sequences of other keys begin. Textual's
    own looks every tenth of a second, whatever `ESCDELAY` says, and a dialogue comes that much
    later.
    """

    def run_input_thread(self) -> None:
        """Read keys until the application ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:  # others cannot wait for every terminal
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                arrived = selector.select(_LOOK) and decode(os.read(self.fileno, _READ))
                for event in parser.feed(arrived) if arrived else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
