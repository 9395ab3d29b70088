"""Clicking and typing as a person does: by labels and texts, with patience. Wraps a Selenium driver."""
import time

from selenium.common.exceptions import NoAlertPresentException, NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select


class Page:
    def __init__(self, driver, url):
        self.driver, self.url = driver, url

    def open(self, path):
        self.driver.get(path if path.startswith("http") else self.url + path)
        return self

    def wait(self, condition, seconds=10, what="the page"):
        end = time.monotonic() + seconds
        while True:
            try:
                value = condition()
                if value:
                    return value
            except (NoSuchElementException, StaleElementReferenceException):
                pass                          # between two pages there is no body
            except WebDriverException as gone:
                if "does not belong to the document" not in str(gone.msg):
                    raise                     # else the next page came in the middle of the look
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {what}\n{self.driver.current_url}\n{self.driver.page_source[:3000]}")
            time.sleep(0.05)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def shows(self, text, seconds=10):
        self.wait(lambda: text in self.text(), seconds, f"the page shows {text!r}")

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css, seconds=10):
        return self.wait(lambda: next((e for e in self.all(css) if e.is_displayed()), None), seconds, f"an element {css}")

    def field(self, name):
        """An input, select or textarea by its form name."""
        return self.one(f'[name="{name}"]:not([type=hidden])')

    def fill(self, **values):
        for name, value in values.items():
            element = self.field(name)
            if element.tag_name == "select":
                select = Select(element)
                try:
                    select.select_by_visible_text(str(value))
                except Exception:
                    select.select_by_value(str(value))
                continue
            element.clear()
            element.send_keys(str(value))

    def press(self, element):
        """Brings it to the middle of the window first: nothing sticky may lie over it."""
        element = self.one(element) if isinstance(element, str) else element
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

    def click(self, text, css="button, a, input[type=submit], summary, label"):
        """Clicks what is called so; the page that follows is awaited by the next call."""
        def find():
            for element in self.all(css):
                shown = element.text.strip() or (element.get_attribute("value") or "").strip() or (element.get_attribute("aria-label") or "")
                if shown == text and element.is_displayed():
                    return element
            return None
        self.press(self.wait(find, 10, f"something called {text!r} to click"))

    def agree(self):
        """Says yes to the question that stands over the page."""
        def alert():
            try:
                return self.driver.switch_to.alert
            except NoAlertPresentException:
                return None
        self.wait_quietly(alert, "a question").accept()

    def wait_quietly(self, condition, what, seconds=10):
        end = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < end, f"not within {seconds} s: {what}"
            time.sleep(0.05)
        return value

    def submit(self, css="form button[type=submit]"):
        self.press(css)

    def phone(self):
        self.driver.set_window_size(390, 844)

    def desktop(self):
        self.driver.set_window_size(1366, 900)

    def console_errors(self):
        return [e["message"] for e in self.driver.get_log("browser") if e["level"] == "SEVERE"]
