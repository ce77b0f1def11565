"""Functions that workers run in tests."""

import os
import signal
import time
from pathlib import Path

import cv2

from digitnet.errors import ImageError


def double(number):
    return 2 * number


def get_process():
    return os.getpid()


def get_variable(name):
    return os.environ.get(name)


def count_threads():
    return cv2.getNumThreads()


def refuse():
    raise ImageError("The picture is damaged.")


def fail():
    raise ValueError("not for users")


def sleep(seconds):
    time.sleep(seconds)


def spin():
    while True:
        pass


def die():
    os.abort()


def get_killed():
    os.kill(os.getpid(), signal.SIGKILL)


def fill_memory():
    return len(bytearray(2**31))


def chatter():
    print("a library prints")
    os.write(1, b"noise")
    os.write(2, b"a note on a damaged file")
    return "quiet"


def read_oom_score():
    return Path("/proc/self/oom_score_adj").read_text()
