"""A yes or a no that is said by an end, a switch or something that cannot be done, and look-alikes that say neither."""

import pytest

from rag.services.choices import choose
from rag.services.instead import settle
from rag.services.questions import split_question
from rag.services.readings import Reply

YES_NO = ("Yes", "No", "N/A")
DEGREES = ("Fully compliant", "Partially compliant", "Not compliant")


def chosen(
    question: str,
    *answers: str,
    others: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
    allowed: tuple[str, ...] = YES_NO,
) -> str:
    parts = split_question(question)
    replies = [
        Reply(part, text, confidence=0.9, beside=beside) for part, text in zip(parts, answers, strict=True)
    ]
    return choose(replies, others, allowed, complete=True)


@pytest.mark.parametrize(
    ("question", "answer", "choice"),
    [
        # It is gone.
        ("Does the system have a fax gateway?", "The fax gateway was removed.", "No"),
        ("Is SAML supported?", "Support for SAML was removed in version 5.0.", "No"),
        ("Gibt es eine Übergabe an Lexware?", "Die Übergabe an Lexware wurde eingestellt.", "No"),
        ("Is the old XML feed available?", "The old XML feed was withdrawn in March 2025.", "No"),
        ("Wird Flash unterstützt?", "Die Unterstützung von Flash wurde eingestellt.", "No"),
        # Of other cases something else is said.
        (
            "Is a second factor mandatory for administrators?",
            "A second factor is mandatory for administrators and optional for other users.",
            "Yes",
        ),
        ("Do trackers work in Turkey?", "Trackers work in Greece and Turkey, but not in China.", "Yes"),
        ("Do trackers work in China?", "Trackers work in Greece and Turkey, but not in China.", "No"),
        # It is off.
        ("Is SSH enabled by default?", "SSH is disabled by default and can be enabled for service.", "No"),
        # It is left out of what is affirmed.
        ("Is IPv6 supported on the modem?", "IPv6 is supported on the ports, but not on the modem.", "No"),
        # It is never done without.
        ("Are updates installed without our consent?", "Updates are never installed without consent.", "No"),
        # It cannot be done, which is what is asked for.
        ("Records shall be protected from deletion.", "Records cannot be deleted by any user.", "Yes"),
        ("Audit logs shall not be alterable by any user.", "Audit logs cannot be altered by anybody.", "Yes"),
        ("The device shall not have default passwords.", "There are no default passwords.", "Yes"),
        # That it cannot be switched off denies nothing.
        ("Is traffic encrypted?", "Traffic is encrypted and cannot be switched off.", "Yes"),
        ("Can encryption be switched off?", "Encryption cannot be switched off.", "No"),
        # The name of a plan ends the sentence.
        ("Are credits granted in Plus?", "Credits are not granted in Core and Plus.", "No"),
    ],
)
def test_it_is_read_as_it_is_meant(question: str, answer: str, choice: str) -> None:
    assert chosen(question, answer) == choice


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # The end of something about it is not its own end.
        ("Is there a connector for SAP?", "The limit of one connector for SAP was removed."),
        ("Is SAML supported?", "Support for SAML 1.1 was removed; SAML 2.0 remains."),
        ("Is there a fax gateway?", "The fax gateway was removed in 5.0; a new fax gateway came in 6.0."),
        ("Was the fax gateway supported until 2020?", "The fax gateway was removed."),
        ("Is telephone support given in Spanish?", "Telephone support in Spanish ended in 2023."),
        # Who asks of no case, of all or of another is told no plain yes.
        ("Is sign-on supported?", "Sign-on is supported for staff and optional for other users."),
        ("Is sign-on supported?", "Sign-on is supported, but not in the Basic plan."),
        ("Do trackers work in Brazil?", "Trackers work in Greece and Turkey, but not in China."),
        ("Is it mandatory for all users?", "It is mandatory for staff and optional for other users."),
        # Off in some places only.
        ("Is logging enabled by default?", "Logging is disabled by default in trial tenants."),
        ("Is logging enabled by default?", "Logging of queries is enabled; tracing is disabled by default."),
        # Left out there is something else.
        ("Is IPv6 supported on the console?", "IPv6 is supported on the ports, but not on the modem."),
        # Without something else, or done anyway.
        ("Are updates installed without our consent?", "Updates are never installed without notice."),
        (
            "Are updates installed without our consent?",
            "Firmware patches are never installed without consent.",
        ),
        # Kept from one thing, from some people, or for a while.
        ("Records shall be protected from deletion.", "Records cannot be altered by any user."),
        ("Records shall be protected from deletion.", "Records cannot be deleted by guests."),
        ("Records shall be protected from change and deletion.", "Records cannot be deleted by any user."),
        ("Records shall be protected from deletion.", "Records cannot be deleted until they are released."),
        ("Backups shall be protected from deletion.", "Records cannot be deleted by any user."),
        ("Audit logs shall not be alterable by any user.", "Audit logs cannot be altered by guests."),
        # Alone it affirms that there is the thing, and no more.
        ("Is encryption available at file level?", "Encryption cannot be switched off."),
    ],
)
def test_a_look_alike_says_neither(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


def test_what_cannot_be_switched_off_clouds_no_yes() -> None:
    question = "The solution shall encrypt data at rest."
    answer = "All data is encrypted at rest with AES-256."
    assert (
        chosen(question, answer, others=("Encryption cannot be switched off.",), allowed=DEGREES)
        == "Fully compliant"
    )
    assert chosen(question, answer, others=("Data in caches is not encrypted.",), allowed=DEGREES) == ""
    assert chosen(question, answer, others=("Encryption cannot be used for exports.",), allowed=DEGREES) == ""


def test_a_denial_of_the_counterpart_clouds_no_yes() -> None:
    question, answer = "Is there an app for iOS?", "The app is available for iOS and for Android."
    assert chosen(question, answer, others=("There is no app for Windows.",)) == "Yes"
    assert chosen(question, answer, others=("There is no app in the Basic plan.",)) == ""
    assert chosen(question, answer, others=("The app cannot send requests.",)) == ""


def test_what_is_gone_here_and_there_elsewhere_is_left_to_a_person() -> None:
    question, gone = "Does the system have a fax gateway?", "The fax gateway was removed."
    assert chosen(question, gone, beside=("A fax gateway is available in the Plus edition.",)) == ""


def test_one_thing_more_that_is_not_offered_is_a_part() -> None:
    question = "Which courses are offered, and can training be delivered in Welsh?"
    answers = ("Courses are offered for officers.", "Training in Welsh is not offered.")
    assert chosen(question, *answers, allowed=DEGREES) == "Partially compliant"
    assert chosen(question, *answers, allowed=YES_NO) == ""
    question = "Which courses are offered, and can there be known risks?"
    answers = ("Courses are offered for officers.", "There are no known risks.")
    assert chosen(question, *answers, allowed=DEGREES) == ""


@pytest.mark.parametrize(
    ("further", "choice"),
    [
        ("No machine learning is used, and no staff data leaves it.", "No"),
        ("Machine learning is not used for the forecast.", ""),
        ("No machine learning is used except for forecasts.", ""),
        ("No staff data leaves it.", ""),
    ],
)
def test_the_sentence_that_denies_settles_what_the_best_leaves_open(further: str, choice: str) -> None:
    part = split_question("Does the engine use machine learning?")[0]
    best = "The engine is a mathematical optimiser."
    first, other = Reply(part, best, beside=(further,)), Reply(part, further, beside=(best,))
    settled = settle(first, [other])
    others = [text for text in (best, further) if text != settled.text]
    assert choose([settled], others, YES_NO, complete=True) == choice
