"""The controls of forms are written as Django's templates write them, to the letter."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from consult.shell.controls import Controls
from consult.shell.offering import Offered, OfferedSelect

NASTY = '<b title="x">\'&{}</b>'
CHOICES = [("", "—"), (1, 1234567), ("a", NASTY), ("s", mark_safe("<i>1</i>")), ("z", gettext_lazy("保存"))]
GROUPED = [("", "—"), (NASTY, [(1, "一"), (2, NASTY)]), ("other", [("z", "終")])]
ATTRS = {
    "class": "num",
    "data-x": NASTY,
    "required": True,
    "disabled": False,
    "maxlength": 12,
    "title": mark_safe("&amp;"),
}
WIDGETS = {
    "text": forms.TextInput(ATTRS),
    "hidden": forms.HiddenInput(),
    "number": forms.NumberInput({"step": 1}),
    "mail": forms.EmailInput(),
    "password": forms.PasswordInput(render_value=True),
    "day": forms.DateInput(),
    "file": forms.FileInput(),
    "file with a box": forms.ClearableFileInput(),
    "box": forms.CheckboxInput(ATTRS),
    "words": forms.Textarea(ATTRS),
    "choice": forms.Select(ATTRS, CHOICES),
    "choice in groups": forms.Select(choices=GROUPED),
    "several": forms.SelectMultiple(choices=GROUPED),
    "yes or no": forms.NullBooleanSelect(),
    "buttons": forms.RadioSelect(ATTRS, CHOICES),
    "buttons in groups": forms.RadioSelect({"id": "x", "class": NASTY}, GROUPED),
    "boxes": forms.CheckboxSelectMultiple(choices=CHOICES),
    "several hidden": forms.MultipleHiddenInput(),
    "two": forms.SplitDateTimeWidget(),
}
VALUES = [None, "", "a", NASTY, 1, 1234567, True, ["1", "z"], mark_safe("<u>")]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("name", WIDGETS)
def test_a_control_is_written_as_django_does(name, value):
    widget = WIDGETS[name]
    if name == "two" or (name == "several hidden" and not isinstance(value, list)):
        value = None
    if name == "yes or no" and isinstance(value, list):
        value = True  # Django itself takes no list here

    written = widget.render(name, value, {"id": f"id_{name}"}, Controls())

    assert written == widget.render(name, value, {"id": f"id_{name}"}, DjangoTemplates())
    assert hasattr(written, "__html__")


class Marked(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


class Odd(forms.Select):
    option_template_name = "django/forms/widgets/attrs.html"


@pytest.mark.parametrize("widget", [Marked, Odd])
def test_options_with_a_template_of_their_own_keep_it(widget):
    asked = widget(choices=CHOICES)

    assert asked.render("x", "a", None, Controls()) == asked.render("x", "a", None, DjangoTemplates())


def test_the_products_forms_are_written_so():
    assert isinstance(forms.Form().renderer, Controls)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("choices", [CHOICES, GROUPED], ids=["plain", "in groups"])
def test_a_list_whose_options_were_written_before_is_written_as_django_does(choices, value):
    widget, plain = OfferedSelect(ATTRS, Offered(choices)), forms.Select(ATTRS, choices)
    if isinstance(value, list):
        value = value[:1]

    for attrs in ({"id": "id_x"}, None):
        written = widget.render("x", value, attrs, Controls())
        assert written == plain.render("x", value, attrs, DjangoTemplates())
        assert hasattr(written, "__html__")
