// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPrices } from "../../src/prices/IPrices.sol";
import { PricesFixture } from "./Prices.t.sol";

/// @title What a vote changes counts for periods that start after it: those that have started keep their price.
contract GoverningTest is PricesFixture {
    uint256 private constant PERIOD = 1 days;
    /// @dev 20 % above the first price; quotes ask for twice as much.
    uint256 private constant STEPPED = FIRST + FIRST / 5;

    function setUp() public {
        setUpPrices(PERIOD, 5, 4);
    }

    function test_anotherStepDoesNotReachAPeriodThatHasStarted() public {
        _quoteUntil(5);
        vm.prank(owner);
        PRICES.setStep(5000);
        assertEq(PRICES.weiPerMicroUsd(1), STEPPED, "at the step of its start");
    }

    function test_fewerQuotesDoNotFixAPeriodThatHasStarted() public {
        _addSigner(5);
        vm.prank(owner);
        PRICES.setQuotesNeeded(5);
        _quoteUntil(4);
        vm.prank(owner);
        PRICES.setQuotesNeeded(4);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST, "four quotes were too few at its start");
    }

    function test_moreQuotesDoNotUnfixAPeriodThatHasStarted() public {
        _quoteUntil(4);
        vm.prank(owner);
        PRICES.setQuotesNeeded(5);
        assertEq(PRICES.weiPerMicroUsd(1), STEPPED, "four quotes were enough at its start");
    }

    /// @dev Its quotes come later anyway; but nobody should have to know that.
    function test_aSignerWhoComesFindsPeriodsThatHaveStartedFixed() public {
        _quoteUntil(4);
        vm.recordLogs();
        _addSigner(5);
        assertEq(vm.getRecordedLogs()[0].topics[0], IPrices.PriceFixed.selector, "fixed before it came");
        assertEq(PRICES.weiPerMicroUsd(1), STEPPED, "by the signers of its start");
    }

    function test_aSignerWhoLeavesKeepsItsPartInPeriodsThatHaveStarted() public {
        _addSigner(5);
        _quoteUntil(4);
        vm.prank(owner);
        PRICES.removeSigner(signerAt(0));
        assertEq(PRICES.weiPerMicroUsd(1), STEPPED, "its quote was there at the start");
    }

    function _addSigner(uint256 index) private {
        vm.prank(owner);
        PRICES.addSigner(signerAt(index));
    }

    /// @dev The first signers ask for twice the price shortly before period 1, which then starts.
    function _quoteUntil(uint256 count) private {
        vm.warp(GENESIS + PERIOD - 10);
        for (uint256 i = 0; i < count; ++i) {
            quote(i, 2 * FIRST);
        }
        vm.warp(GENESIS + PERIOD);
    }
}
