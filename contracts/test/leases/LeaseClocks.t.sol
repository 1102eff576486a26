// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title Each clock of a lease starts with what it is about: nobody moves it by doing something twice.
contract LeaseClocksTest is LeasesFixture {
    uint256 private constant SECOND = uint256(RATE) * PRICE / 3600;
    uint256 private constant BUFFER = 60 * SECOND;
    uint96 private constant BALANCE = uint96(100_000 * SECOND);

    address private alice = tenant(1);
    InstanceKey private instance = instanceOf(alice, 1);

    function setUp() public {
        setUpLeases();
        vm.deal(alice, BALANCE);
        vm.startPrank(alice);
        LEASES.deposit{ value: BALANCE }(alice);
        LEASES.approve(1);
        LEASES.setLimits(type(uint96).max, type(uint40).max);
        vm.stopPrank();
    }

    // ---- approvals ----

    /// @dev In one transaction, while a masternode that was approved has started an instance and not yet said so.
    function test_approvingAndRevokingAgainForgetsNoEarlierApproval() public {
        vm.warp(GENESIS + 100);
        vm.startPrank(alice);
        LEASES.revoke(1);
        LEASES.approve(1);
        LEASES.revoke(1);
        vm.stopPrank();
        vm.warp(GENESIS + 110);
        assertTrue(_open(1, 101) == ILeases.Refusal.NotApproved, "started after it");
        assertTrue(_open(1, 90) == ILeases.Refusal.None, "started while it was approved");
    }

    function test_anApprovalReachesBackToOneThatEndedWithinTheDelay() public {
        vm.warp(GENESIS + 10);
        vm.prank(alice);
        LEASES.revoke(1);
        vm.warp(GENESIS + 70);
        _approveAndRevoke();
        assertTrue(_open(1, 10) == ILeases.Refusal.None, "a delay later");
    }

    function test_anApprovalDoesNotReachBackFurther() public {
        vm.warp(GENESIS + 10);
        vm.prank(alice);
        LEASES.revoke(1);
        vm.warp(GENESIS + 71);
        _approveAndRevoke();
        vm.warp(GENESIS + 75);
        assertTrue(_open(1, 70) == ILeases.Refusal.NotApproved, "before it, and after the one before");
        assertTrue(_open(1, 71) == ILeases.Refusal.None, "within it");
    }

    // ---- limits ----

    /// @dev What is opened late has to have what it was promised, or a tenant computes for nothing.
    function test_aLowerLimitDoesNotReachWhatStartedBefore() public {
        vm.warp(GENESIS + 100);
        vm.prank(alice);
        LEASES.setLimits(0, 0);
        vm.warp(GENESIS + 110);
        assertTrue(_open(1, 101) == ILeases.Refusal.RateAboveLimit, "started after it");
        assertTrue(_open(1, 90) == ILeases.Refusal.None, "started before it");
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.maxTotal, BUFFER + 20 * SECOND, "the total is what it lacked, and no more");
        assertEq(own.maxRate, 0, "the rate stays");
        assertTrue(LEASES.spendableAt(alice, block.timestamp) == 0, "nothing else may start");
        vm.warp(GENESIS + 115);
        closeOne(alice, instance, 1);
        assertEq(LEASES.account(alice).holds, 25 * SECOND, "all that ran is held");
    }

    /// @dev Lowering by a wei first, and all the way in the same second, changes nothing.
    function test_loweringInStepsForgetsNoEarlierLimit() public {
        vm.warp(GENESIS + 100);
        vm.startPrank(alice);
        LEASES.setLimits(type(uint96).max - 1, type(uint40).max - 1);
        LEASES.setLimits(1, 1);
        LEASES.setLimits(0, 0);
        LEASES.setLimits(0, 0);
        vm.stopPrank();
        vm.warp(GENESIS + 110);
        assertTrue(_open(1, 100) == ILeases.Refusal.None, "started with it");
    }

    function test_aLimitIsForgottenAfterTheDelay() public {
        vm.startPrank(alice);
        LEASES.setLimits(uint96(2 * BUFFER), RATE);
        vm.warp(GENESIS + 61);
        LEASES.setLimits(uint96(BUFFER), RATE);
        vm.stopPrank();
        vm.warp(GENESIS + 70);
        assertTrue(_open(1, 1) == ILeases.Refusal.StartTooEarly, "the limit of before is out of reach");
        assertTrue(_open(1, 61) == ILeases.Refusal.None, "the one before the last is in reach");
        assertTrue(_openOther(2, 61) == ILeases.Refusal.RateAboveLimit, "and no other");
    }

    /// @dev No masternode passes what was allowed when the instance started.
    function test_aLimitThatWasLoweredAllowsNoMoreThanItDid() public {
        vm.prank(alice);
        LEASES.setLimits(uint96(2 * BUFFER), 3 * RATE);
        vm.warp(GENESIS + 100);
        vm.prank(alice);
        LEASES.setLimits(uint96(BUFFER), RATE);
        assertTrue(_open(1, 100) == ILeases.Refusal.None, "within the lower limit");
        assertTrue(_openOther(2, 100) == ILeases.Refusal.None, "and to the last wei within the one before");
        assertEq(LEASES.account(alice).maxTotal, 2 * BUFFER, "which is what it was");
        assertTrue(_openOther(3, 100) == ILeases.Refusal.FundsTooLow, "no further");
    }

    /// @dev What is leaving and what a limit keeps back serve one opening together, or not at all.
    function test_aLimitAndAWithdrawalServeWhatStartedBeforeBoth() public {
        vm.warp(GENESIS + 100);
        vm.startPrank(alice);
        LEASES.announceWithdrawal(BALANCE);
        LEASES.setLimits(0, 0);
        vm.stopPrank();
        vm.warp(GENESIS + 110);
        assertTrue(_open(1, 100) == ILeases.Refusal.None, "started with both");
        ILeases.AccountView memory own = LEASES.account(alice);
        assertEq(own.balance, BUFFER + 10 * SECOND, "the money came back");
        assertEq(own.maxTotal, own.balance, "and so much of the limit");
        assertEq(own.leaving, BALANCE - own.balance, "the rest leaves");
    }

    function _openOther(uint256 number, uint256 startedAt) private returns (ILeases.Refusal) {
        return openOne(
            masternode(1), ILeases.Opening(instanceOf(alice, number), 7, 1, uint40(GENESIS + startedAt), 1, 0)
        );
    }

    // ---- skips ----

    /// @dev Period 0 has its root late, and without the lease; no later one could be billed before it was skipped.
    function test_whatCouldNotBeBilledIsNotSkippedWithWhatKeptItBack() public {
        _open(1, 0);
        _settleElevenPeriods();
        vm.warp(GENESIS + 13 * PERIOD);
        SETTLEMENT.settle(0);
        vm.warp(GENESIS + 27 * PERIOD);
        assertTrue(skipOne(0, instance, 1) == ILeases.Refusal.None, "fourteen periods after its root");
        assertTrue(skipOne(1, instance, 1) == ILeases.Refusal.SkipTooEarly, "nobody could bill it before");
        assertTrue(billOne(1, instance, 1, 300) == ILeases.Refusal.None, "now somebody can");
        assertEq(TREASURY.shared(), 300 * SECOND, "witnessed seconds are paid");
        vm.warp(GENESIS + 30 * PERIOD - 1);
        assertTrue(skipOne(2, instance, 1) == ILeases.Refusal.SkipTooEarly, "three periods for each");
        vm.warp(GENESIS + 30 * PERIOD);
        assertTrue(skipOne(2, instance, 1) == ILeases.Refusal.None, "and then it is skipped");
    }

    /// @dev The tenant himself pays the late bill that kept the others back, and skips those at once.
    function test_payingALateBillDoesNotOpenTheWayForSkips() public {
        _open(1, 0);
        _settleElevenPeriods();
        vm.warp(GENESIS + 20 * PERIOD);
        SETTLEMENT.settle(0);
        assertTrue(billOne(0, instance, 1, 1) == ILeases.Refusal.None, "a second of period 0");
        assertTrue(skipOne(1, instance, 1) == ILeases.Refusal.SkipTooEarly, "not before three periods");
        vm.warp(GENESIS + 23 * PERIOD);
        assertTrue(skipOne(1, instance, 1) == ILeases.Refusal.None, "then");
    }

    /// @dev A lease that was closed, whose instance has its next one: what is left of it waits alike.
    function test_whatIsLeftOfAClosedLeaseCatchesUpToo() public {
        _open(1, 0);
        vm.warp(GENESIS + 2 * PERIOD + 100);
        closeOne(alice, instance, 1);
        _open(2, 2 * PERIOD + 100);
        _settleElevenPeriods();
        vm.warp(GENESIS + 20 * PERIOD);
        SETTLEMENT.settle(0);
        billOne(0, instance, 1, 1);
        assertTrue(skipOne(1, instance, 1) == ILeases.Refusal.SkipTooEarly, "not before three periods");
        assertTrue(billOne(1, instance, 1, 300) == ILeases.Refusal.None, "billed");
        assertEq(TREASURY.shared(), 301 * SECOND, "paid from its hold");
    }

    /// @dev Where no root is, nobody is kept from billing: the periods' own clocks are enough.
    function test_periodsWithoutARootAreSkippedOneAfterTheOther() public {
        _open(1, 0);
        vm.warp(GENESIS + 30 * PERIOD);
        for (uint256 period = 0; period < 15; ++period) {
            assertTrue(skipOne(period, instance, 1) == ILeases.Refusal.None, "fourteen periods after its end");
        }
    }

    /// @dev All but period 0, each as soon as it is over.
    function _settleElevenPeriods() private {
        for (uint256 period = 1; period <= 11; ++period) {
            if (block.timestamp < GENESIS + (period + 1) * PERIOD) vm.warp(GENESIS + (period + 1) * PERIOD);
            SETTLEMENT.settle(period);
        }
    }

    // ---- prices ----

    /// @dev A second change shortly before the thirty days were over kept the first price for ever.
    function test_anotherChangeOfPriceDoesNotProlongTheOneBefore() public {
        _open(1, 0);
        _list(2 * RATE);
        _passPeriods(1, 29 days / PERIOD);
        _list(3 * RATE);
        _passPeriods(29 days / PERIOD, 30 days / PERIOD);
        vm.warp(GENESIS + 30 days);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.None, "30 days after the first");
    }

    function test_aPriceThatCameBackIsNotOld() public {
        _open(1, 0);
        _list(2 * RATE);
        _passPeriods(1, 10);
        _list(RATE);
        _passPeriods(10, 31 days / PERIOD);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.NotAllowed, "it is listed");
        vm.warp(GENESIS + 31 days);
        _list(0);
        _passPeriods(31 days / PERIOD, 60 days / PERIOD);
        assertTrue(
            closeOne(masternode(3), instance, 1) == ILeases.Refusal.NotAllowed, "29 days after its end"
        );
        _passPeriods(60 days / PERIOD, 61 days / PERIOD);
        vm.warp(GENESIS + 61 days);
        assertTrue(closeOne(masternode(3), instance, 1) == ILeases.Refusal.None, "30 days after its end");
    }

    function _list(uint40 rate) private {
        vm.prank(owner);
        PRICES.listKind(1, "small", rate);
    }

    /// @dev Bills each period before `until` as nothing, so that the lease is not overdue.
    function _passPeriods(uint256 from, uint256 until) private {
        for (uint256 period = from; period < until; ++period) {
            vm.warp(GENESIS + period * PERIOD);
            SETTLEMENT.settle(period - 1);
            billOne(period - 1, instance, 1, 0);
        }
    }

    function _approveAndRevoke() private {
        vm.startPrank(alice);
        LEASES.approve(1);
        LEASES.revoke(1);
        vm.stopPrank();
    }

    function _open(uint64 token, uint256 startedAt) private returns (ILeases.Refusal) {
        return openOne(masternode(1), ILeases.Opening(instance, 7, 1, uint40(GENESIS + startedAt), token, 0));
    }
}
