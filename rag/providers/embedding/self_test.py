"""Whether an encoder computes what the bundled model's published graph computes on a known text."""

import base64
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rag.providers.embedding.encoders import TokenEncoder

# The least cosine to the reference that counts as the same vector; the fast graph reaches 0.997.
MIN_COSINE = 0.99

# Token ids of a paragraph of our own about access and backups, long enough to show rounding errors.
# fmt: off
_IDS = (
    101, 3229, 2000, 2537, 3001, 2003, 4379, 2005, 1037, 3132, 2051, 1010, 3791, 1996, 6226, 1997, 1037,
    2117, 3992, 1010, 1998, 2296, 3094, 2003, 2680, 1012, 10200, 2015, 2024, 4372, 26775, 22571, 3064,
    1010, 15826, 2000, 1037, 2117, 2609, 2169, 2305, 1998, 5854, 2320, 1037, 4284, 2000, 6011, 2008,
    2027, 2147, 1025, 1996, 2197, 6912, 2165, 1017, 2847, 1998, 2322, 2781, 1012, 6304, 2024, 2409,
    1997, 2019, 5043, 2008, 12817, 2037, 2951, 2306, 2484, 2847, 1012, 102,
)
# fmt: on
# Its vector from the published graph in 32-bit floats, rounded to one byte a dimension (base 85).
_REFERENCE = (
    "t{E5qC#$>L5#S^(Il#Ka3(3FC^`grGBQ+8}_Pej{K^qlHHUBHM<cZELr43Nc8|n=A7!Rc}I1}DKDj2aVXfNs~2-)G>tr!i`2>RTn"
    "5Y*rWvmX9^KJ8D?84Ujb3?@Sr^an4(^X?1$1VQ>P8*gqXkuKo)OFe&`_WF7N0wUY?B|ruw6eR;JE#e9jL3>IePrnc`F2*7?WA7y+"
    "7$8k;XV@SLHVFF3<)iQ0^hVNG){_=KERZ8sEHmsA!w?GFI}yN*7_uD9k^=q>_sy^aRT#$Fw-ue>{_;Wq*S6X}5Zs7V$xP4gJ*>Xy"
    "Y_;v>DJKaU1Si%N7taBr(nzS!_;2;?R1e72i}%&T^4C7;7sfI9Cm-`UOX4#s_8uiY>OCYI+5!vAxY4Td{?PvrOQ}B1CF=C(lyNZt"
    "(+@8h2C)&@`?eRp3P$=48pF`C+vOc5C=?1P2{zW(6AAp6>c9{f$`cYTNxq5M^3f^7F?df@0t*s4{R{uP"
)


def agrees_with_reference(encoder: "TokenEncoder") -> bool:
    """True when the encoder's vector of the known text points the way it should."""
    reference = np.frombuffer(base64.b85decode(_REFERENCE), dtype=np.int8).astype(np.float32)
    vector = encoder.encode([_IDS])[0]
    return bool(vector @ reference / np.linalg.norm(reference) >= MIN_COSINE)
