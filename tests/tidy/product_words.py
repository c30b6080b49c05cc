"""The repository speaks of the product alone: no machine's paths, no tools around the work."""
import re

from sources import Finding, line_of

# Written with brackets so that no pattern finds itself here.
WORDS = (
    (r"/[w]ork/", "a path of one machine"),
    (r"/[t]mp/(?:bash|build|brief|git)", "a path of one machine"),
    (r"/[h]ome/\w|/[r]oot/|/[U]sers/\w", "a path of one machine"),
    (r"(?<![\w/])\.[l]ibrary\b", "a tool around the work"),
    (r"\.\./[s]hared/", "a path outside the repository"),
    (r"\b[b]ash_jobs\b|\b[b]efore-stop\b|/[f]arm/|\b[f]arm-(?:bench|studio)\b",
     "a tool around the work"),
    (r"(?i)\b[s]ub-?agents?\b|\b[l]anguage [m]odel\b|\b[A]I[- ](?:assistant|generated)\b",
     "a tool around the work"),
)


def check_words(tree):
    findings = []
    for path, text in tree.text():
        for pattern, what in WORDS:
            for match in re.finditer(pattern, text):
                findings.append(Finding(path, line_of(text, match.start()),
                                        f"`{match[0]}`: {what}",
                                        "speak of the product: a path from the root of the "
                                        "repository, an argument or an environment variable"))
    return findings
