"""The contracts room: what each feed must look like, its codes, its rules and what follows."""

from rollcall.contracts.codes import CodeList, code_list, code_lists
from rollcall.contracts.load import ContractError, contract, contracts
from rollcall.contracts.model import Column, Contract

__all__ = [
    "CodeList",
    "Column",
    "Contract",
    "ContractError",
    "code_list",
    "code_lists",
    "contract",
    "contracts",
]
