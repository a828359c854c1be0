"""Passages of the library in templates; `components/passage.html` shows what this makes of them."""

from django import template

from themis.passage_blocks import passage_blocks

register = template.Library()

register.filter("passage_blocks", passage_blocks)
