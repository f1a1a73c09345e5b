"""Plain tests that pass."""

import pytest


class Account:
    def __init__(self, balance=0):
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError(f"only {self.balance} left, {amount} wanted")
        self.balance -= amount


@pytest.fixture
def account():
    return Account(balance=100)


def test_a_withdrawal_lowers_the_balance(account):
    account.withdraw(30)
    assert account.balance == 70


def test_nobody_withdraws_more_than_there_is(account):
    with pytest.raises(ValueError, match="only 100 left"):
        account.withdraw(101)


def test_a_file_keeps_what_was_written(tmp_path):
    receipt = tmp_path / "receipt.txt"
    receipt.write_text("30 paid\n")
    assert receipt.read_text() == "30 paid\n"


def test_prints_are_shown_live(account):
    print(f"The balance is {account.balance}")
    account.withdraw(1)
    print(f"The balance is {account.balance}")
