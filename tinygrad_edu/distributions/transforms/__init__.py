"""Changes of variables: each maps values forth and back, and knows how it changes volume."""

from .base import *
from .combined import *
from .elementwise import *
from .vectors import *
