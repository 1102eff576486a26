// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Fund, ITreasury } from "../../src/treasury/ITreasury.sol";
import { TreasuryFixture } from "./TreasuryFixture.sol";

/// @title Availability credits: never more than the network earned from the instance in that month.
contract CreditsTest is TreasuryFixture {
    uint256 private constant PERIODS = MONTH / PERIOD;

    uint32 private device;

    function setUp() public {
        setUpTreasury();
        device = activeDeviceOf("holder");
    }

    /// @dev Of 1,000 the network's fund has 350.
    function testFuzz_creditsOfAMonthNeverExceedItsIncome(uint96[8] calldata amounts) public {
        shareIncome(0, one(device, 1, 1000));
        uint256 paid = 0;
        uint256 highest = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = amounts[i] % 500;
            highest = amount > highest ? amount : highest;
            paid += payCredit(0, amount);
            assertEq(paid, highest < 350 ? highest : 350, "the highest that was due, up to the income");
        }
        (uint256 received, uint256 credited) = TREASURY.incomeOf(instance(1), 0);
        assertEq(received, 350, "income");
        assertEq(credited, paid, "credited");
        assertEq(LEASES.account(alice).balance, paid, "in the account");
    }

    function test_aCreditLeavesTheNetworksFund() public {
        shareIncome(0, one(device, 1, 1000));
        uint256 before = TREASURY.fundOf(Fund.Network);
        payCredit(0, 100);
        assertEq(TREASURY.fundOf(Fund.Network), before - 100, "network");
        assertEq(TREASURY.fundOf(Fund.Reserve), 100, "not the reserve");
    }

    function test_aCreditWaitsForAFundThatIsEmpty() public {
        shareIncome(0, one(device, 1, 1000));
        vm.startPrank(owner);
        TREASURY.spend(Fund.Network, stranger, TREASURY.fundOf(Fund.Network) - 30);
        vm.stopPrank();
        assertEq(payCredit(0, 100), 30, "what there is");
        assertEq(payCredit(0, 100), 0, "nothing more yet");
        shareIncome(0, one(device, 1, 1000));
        assertEq(payCredit(0, 100), 70, "the rest");
    }

    function test_twoMonthsAreRememberedAndNoMore() public {
        shareIncome(0, one(device, 1, 1000));
        shareIncome(PERIODS, one(device, 1, 2000));
        assertEq(payCredit(0, 1000), 350, "the month before last");
        assertEq(payCredit(1, 1000), 700, "the last");
        shareIncome(2 * PERIODS, one(device, 1, 1000));
        assertEq(payCredit(0, 2000), 0, "overwritten by the third");
        (uint256 received,) = TREASURY.incomeOf(instance(1), 0);
        assertEq(received, 0, "forgotten");
        shareIncome(0, one(device, 1, 1000));
        (received,) = TREASURY.incomeOf(instance(1), 2);
        assertEq(received, 350, "a late bill of a forgotten month changes nothing");
    }

    function test_anInstanceWithoutIncomeGetsNoCredit() public {
        assertEq(payCredit(0, 1), 0, "nothing came from it");
    }

    function test_onlyTheSettlementPaysCredits() public {
        vm.expectRevert(abi.encodeWithSelector(ITreasury.TreasuryCallerNotSettlement.selector, stranger));
        vm.prank(stranger);
        TREASURY.payCredit(0, instance(1), 0, 1);
    }

    function test_aMonthIsThirtyDaysFromGenesis() public view {
        assertEq(TREASURY.monthOf(PERIODS - 1), 0, "its last period");
        assertEq(TREASURY.monthOf(PERIODS), 1, "the next one's first");
    }
}
