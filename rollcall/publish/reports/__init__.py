"""Reports that the process asks for (四个一: school monthly, unit quarterly, municipality termly): one workbook and one
page that needs no network, from a published schema. Counts only, nobody's name.
"""
