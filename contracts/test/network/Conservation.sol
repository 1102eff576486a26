// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { Fund } from "../../src/treasury/ITreasury.sol";
import { Network } from "./Network.sol";

/// @title Where all NXQ is: with people that a story names, or in a contract whose books say whose it is.
abstract contract Conservation is Network {
    uint256 internal constant SUPPLY = 21_000_000e18;

    /// @dev All who may own NXQ outside of the contracts, or be owed it by one.
    address[] internal people;
    /// @dev All periods with a root.
    uint256[] internal settled;

    /// @dev Nothing was made or lost, and each contract holds exactly what its books say.
    function assertConserved(string memory what) internal view {
        uint256 sum = 0;
        for (uint160 i = 0; i < 10; ++i) {
            sum += address(uint160(System.EMISSION) + i).balance;
        }
        for (uint256 i = 0; i < people.length; ++i) {
            sum += people[i].balance;
        }
        assertEq(sum, SUPPLY, what);
        assertEq(System.LOCKED_RESERVE.balance, HALF, what);
        assertEq(System.DIGITAL_KEYS.balance + System.DEVICES.balance + System.PRICES.balance, 0, what);
        assertEq(System.EMISSION.balance, HALF - _released(), what);
        assertEq(System.MASTERNODES.balance, _stakes(), what);
        assertEq(System.LEASES.balance, _accounts(), what);
        assertEq(System.SETTLEMENT.balance, _pots(), what);
        assertEq(System.TREASURY.balance, _funds(), what);
    }

    function _released() private view returns (uint256 sum) {
        for (uint256 i = 0; i < settled.length; ++i) {
            sum += EMISSION.emissionOf(settled[i]);
        }
    }

    function _stakes() private view returns (uint256 sum) {
        for (uint32 id = 1; MASTERNODES.payeeOf(id) != address(0); ++id) {
            sum += MASTERNODES.masternode(id).stake;
        }
    }

    function _accounts() private view returns (uint256 sum) {
        for (uint256 i = 0; i < people.length; ++i) {
            ILeases.AccountView memory account = LEASES.account(people[i]);
            sum += account.balance + account.leaving + LEASES.owedTo(people[i]);
        }
    }

    function _pots() private view returns (uint256 sum) {
        for (uint256 i = 0; i < settled.length; ++i) {
            sum += SETTLEMENT.potLeft(settled[i]);
        }
        for (uint256 i = 0; i < people.length; ++i) {
            sum += SETTLEMENT.owedTo(people[i]);
        }
    }

    function _funds() private view returns (uint256 sum) {
        sum =
            TREASURY.fundOf(Fund.Network) + TREASURY.fundOf(Fund.Reserve) + TREASURY.fundOf(Fund.Development);
        for (uint256 i = 0; i < people.length; ++i) {
            sum += TREASURY.owedTo(people[i]);
        }
    }
}
