"""The public's page: is this receipt genuine?"""
