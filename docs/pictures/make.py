"""Takes the pictures of the list that stand in the documentation, from a service that runs.

    riskscreen users add picture --role worker --area AREA
    make picture ARGS="http://127.0.0.1:8000/lists/household_hardship picture"

The password is asked for, or read from standard input. The browser is Debian's chromium, or the one that ``CHROMIUM``
names; ``fonts-noto-cjk`` gives it Chinese letters. It asks nothing but the service.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from getpass import getpass
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Error, Playwright, ViewportSize, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A file to be made: the page's language, and the window in CSS pixels."""

    file: str
    language: str
    width: int
    height: int


PICTURES = (
    Picture("list.png", "en", 1440, 900),
    Picture("list.zh.png", "zh", 1440, 900),
    Picture("phone.png", "zh", 390, 844),
)


def launch(playwright: Playwright) -> Browser:
    """A browser that asks nothing by itself."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # chromium's own sandbox refuses root
    return playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=FLAGS + root)


def take(browser: Browser, picture: Picture, address: str, name: str, password: str) -> Path:
    """Log in as a person does, and photograph the list. Raises ``SystemExit`` where it is not shown."""
    window: ViewportSize = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=window, color_scheme="light")
    try:
        page.goto(f"{urljoin(address, '/login')}?lang={picture.language}")
        page.fill("#name", name)
        page.fill("#password", password)
        page.click(".login button")
        page.goto(address)
    except Error:
        raise SystemExit(f"No service answers at {address}: start `riskscreen serve`, and name its address.") from None
    if page.locator(".families").count() == 0:
        raise SystemExit(f"{name} sees no list at {address}: check name, password and areas of the account.")
    path = HERE / picture.file
    few_colours = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few_colours.save(path, optimize=True)
    page.close()
    return path


def main() -> None:
    """Takes every picture."""
    asked = argparse.ArgumentParser(description="Takes the pictures of a list from a service that runs.")
    asked.add_argument("address", help="the list's page, as the browser has it")
    asked.add_argument("name", help="the account that logs in")
    said = asked.parse_args()
    password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for picture in PICTURES:
            path = take(browser, picture, said.address, said.name, password)
            print(f"{path.name}: {path.stat().st_size // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main()
